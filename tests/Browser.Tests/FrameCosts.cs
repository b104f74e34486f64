using System.Collections.Concurrent;
using System.Text.Json;

namespace Velodrome.Browser.Tests;

/// <summary>
/// What a page's frames cost, from the browser's own trace: the processor time of all that its main thread did from one frame to
/// the next. Unlike the time between two frames it does not grow because something else has the processor.
/// </summary>
internal sealed class FrameCosts
{
    /// <summary>Makes the page draw as often as it can, so that whatever takes long lies between two frames.</summary>
    private const string DrawAlways = "() => { const again = () => requestAnimationFrame(again); again(); }";

    private readonly ICDPSession _session;
    private readonly ConcurrentQueue<JsonElement> _events = new();
    private readonly TaskCompletionSource _complete = new();

    private FrameCosts(ICDPSession session)
    {
        _session = session;
        session.Event("Tracing.dataCollected").OnEvent += (_, found) =>
        {
            foreach (var one in found!.Value.GetProperty("value").EnumerateArray())
            {
                _events.Enqueue(one.Clone());
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
            ["traceConfig"] = new { includedCategories = new[] { "devtools.timeline", "disabled-by-default-devtools.timeline" }, excludedCategories = new[] { "*" } },
        });
        return costs;
    }

    /// <summary>Of every frame since, in milliseconds.</summary>
    public async Task<IReadOnlyList<double>> End()
    {
        await _session.SendAsync("Tracing.end");
        await _complete.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var frame = _events.First(one => Name(one) == "FireAnimationFrame");
        var onMain = _events.Where(one => (Number(one, "pid"), Number(one, "tid")) == (Number(frame, "pid"), Number(frame, "tid"))).ToList();
        var frames = onMain.Where(one => Name(one) == "FireAnimationFrame").Select(one => Number(one, "ts")).Order().ToList();
        var (costs, at) = (new double[frames.Count + 1], 0);
        foreach (var task in onMain.Where(one => Name(one) == "RunTask" && one.TryGetProperty("tdur", out _)).OrderBy(one => Number(one, "ts")))
        {
            while (at < frames.Count && frames[at] < Number(task, "ts"))
            {
                at++;
            }

            costs[at] += Number(task, "tdur") / 1000.0; // microseconds; a task belongs to the frame that it holds up, or is; one that the trace cut short has no time
        }

        return costs;
    }

    private static string? Name(JsonElement one) => one.GetProperty("name").GetString();

    private static long Number(JsonElement one, string member) => one.GetProperty(member).GetInt64();
}
