using System.Diagnostics;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Worker;

/// <summary>
/// Proves a claim from a thread of its own while another trains, and stops the training when somebody asks for that, when the
/// service stops, or when the claim is lost: a worker that can't prove its claim may not go on. It looks often, which only reads,
/// and renews seldom, since that is a commit, on whose disk the training waits too.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Twice within a lease's time may fail to come about.</summary>
    private static readonly TimeSpan Renewal = RunTiming.Lease / 3;

    private readonly RunStore _journal;
    private readonly RunClaim _claim;
    private readonly CancellationTokenSource _stop;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;
    private long _renewed = Stopwatch.GetTimestamp();

    /// <param name="journal">Holds the claim.</param>
    /// <param name="claim">Made just now.</param>
    /// <param name="shutdown">The service stops.</param>
    public Heartbeat(RunStore journal, RunClaim claim, CancellationToken shutdown)
    {
        (_journal, _claim, _stop) = (journal, claim, CancellationTokenSource.CreateLinkedTokenSource(shutdown));
        CancelRequested = claim.CancelRequested;
        StopIfNeeded();
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
            CancelRequested = _journal.CancelRequested(_claim);
            if (Stopwatch.GetElapsedTime(_renewed) >= Renewal)
            {
                _journal.Renew(_claim);
                _renewed = Stopwatch.GetTimestamp();
            }
        }
        catch (Exception failure)
        {
            Lost = failure;
        }

        StopIfNeeded();
    }

    private void StopIfNeeded()
    {
        if (CancelRequested || Lost is not null)
        {
            _stop.Cancel();
        }
    }
}
