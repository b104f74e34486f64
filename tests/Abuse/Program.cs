return await Velodrome.Abuse.CommandLine.Create().Parse(args).InvokeAsync();
