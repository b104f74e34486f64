using System.Diagnostics;
using Velodrome.Failpoints;

/// <summary>
/// What the runtime calls before the program's own code, where DOTNET_STARTUP_HOOKS names this file: so the service can be killed
/// at any commit, and has no line for it.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Failpoint.Variable) is { Length: > 0 } text)
        {
            DiagnosticListener.AllListeners.Subscribe(new DatabaseListeners(new CommitWatch(Failpoint.Parse(text))));
        }
    }

    private sealed class DatabaseListeners(CommitWatch watch) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
            {
                value.Subscribe(watch);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
