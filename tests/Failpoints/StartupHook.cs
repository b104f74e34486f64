using System.Diagnostics;
using Velodrome.Failpoints;

/// <summary>
/// The runtime calls this before the program's own code when DOTNET_STARTUP_HOOKS names this assembly. It lets a test
/// kill the service at any commit without code for that in the service.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Failpoint.Variable) is { Length: > 0 } text)
        {
            DiagnosticListener.AllListeners.Subscribe(new ListenerObserver(new CommitObserver(Failpoint.Parse(text))));
        }
    }

    private sealed class ListenerObserver(CommitObserver commits) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
            {
                value.Subscribe(commits);
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
