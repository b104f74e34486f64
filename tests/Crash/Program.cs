using Velodrome.Crash;

return await CommandLine.Root().Parse(args).InvokeAsync();
