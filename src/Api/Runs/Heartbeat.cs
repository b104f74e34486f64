using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>
/// Renews a claim from a thread of its own while another trains, and stops the training when somebody asks for that, when the
/// service stops, or when the claim is lost: a worker that can't prove its claim may not go on.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly RunJournal _journal;
    private readonly RunClaim _claim;
    private readonly CancellationTokenSource _stop;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;

    public Heartbeat(RunJournal journal, RunClaim claim, CancellationToken shutdown)
    {
        (_journal, _claim, _stop) = (journal, claim, CancellationTokenSource.CreateLinkedTokenSource(shutdown));
        Beat();
        _thread = new Thread(BeatUntilEnded) { Name = $"heartbeat of run {claim.RunId}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends the training, for whatever reason.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Somebody asked for the run to be cancelled.</summary>
    public bool CancelRequested { get; private set; }

    /// <summary>Why the claim can't be proved any longer; null while it can.</summary>
    public Exception? Lost { get; private set; }

    public void Dispose()
    {
        _ended.Set();
        _thread.Join();
        _ended.Dispose();
        _stop.Dispose();
    }

    private void BeatUntilEnded()
    {
        while (Lost is null && !_ended.Wait(Interval))
        {
            Beat();
        }
    }

    private void Beat()
    {
        try
        {
            CancelRequested = _journal.Renew(_claim);
        }
        catch (Exception failure)
        {
            Lost = failure;
        }

        if (CancelRequested || Lost is not null)
        {
            _stop.Cancel();
        }
    }
}
