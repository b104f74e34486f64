using System.Collections.Concurrent;
using System.Text.Json;

namespace Velodrome.Browser.Tests;

/// <summary>
/// The processor time of each frame of a page, from the browser's own trace: all work of the page's main thread from one frame
/// to the next. Unlike the time between two frames, it does not grow when another process has the processor.
/// </summary>
internal sealed class FrameCosts
{
    /// <summary>Makes the page draw as often as it can, so that each long task is between two frames.</summary>
    private const string DrawAlways = "() => { const draw = () => requestAnimationFrame(draw); draw(); }";

    private readonly ICDPSession _session;
    private readonly ConcurrentQueue<JsonElement> _events = new();
    private readonly TaskCompletionSource _complete = new();

    private FrameCosts(ICDPSession session)
    {
        _session = session;
        session.Event("Tracing.dataCollected").OnEvent += (_, found) =>
        {
            foreach (var item in found!.Value.GetProperty("value").EnumerateArray())
            {
                _events.Enqueue(item.Clone());
            }
        };
        session.Event("Tracing.tracingComplete").OnEvent += (_, _) => _complete.SetResult();
    }

    public static async Task<FrameCosts> Watch(IPage page)
    {
        await page.EvaluateAsync(DrawAlways);
        var costs = new FrameCosts(await page.Context.NewCDPSessionAsync(page));
        await costs._session.SendAsync("Tracing.start", new Dictionary<string, object>
        {
            ["transferMode"] = "ReportEvents",
            ["traceConfig"] = new
            {
                includedCategories = new[] { "devtools.timeline", "disabled-by-default-devtools.timeline" },
                excludedCategories = new[] { "*" },
            },
        });
        return costs;
    }

    /// <summary>Ends the trace. Returns the milliseconds of each frame.</summary>
    public async Task<IReadOnlyList<double>> End()
    {
        await _session.SendAsync("Tracing.end");
        await _complete.Task.WaitAsync(Wait.Limit);
        var anyFrame = _events.First(item => Name(item) == "FireAnimationFrame");
        var onMainThread = _events.Where(item => Thread(item) == Thread(anyFrame)).ToList();
        var frames = onMainThread.Where(item => Name(item) == "FireAnimationFrame").Select(item => Number(item, "ts")).Order().ToList();

        // A task belongs to the frame that it delays. A task that the end of the trace cut off has no time.
        var tasks = onMainThread.Where(item => Name(item) == "RunTask" && item.TryGetProperty("tdur", out _));
        var (costs, frame) = (new double[frames.Count + 1], 0);
        foreach (var task in tasks.OrderBy(task => Number(task, "ts")))
        {
            while (frame < frames.Count && frames[frame] < Number(task, "ts"))
            {
                frame++;
            }

            costs[frame] += Number(task, "tdur") / 1000.0; // from microseconds
        }

        return costs;
    }

    private static string? Name(JsonElement item) => item.GetProperty("name").GetString();

    private static (long Process, long Thread) Thread(JsonElement item) => (Number(item, "pid"), Number(item, "tid"));

    private static long Number(JsonElement item, string member) => item.GetProperty(member).GetInt64();
}
