using Velodrome.Fuzz;

return await CommandLine.Root().Parse(args).InvokeAsync();
