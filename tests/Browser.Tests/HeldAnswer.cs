namespace Velodrome.Browser.Tests;

/// <summary>Holds back the response to one request of a page until the test releases it.</summary>
internal sealed class HeldAnswer
{
    private readonly Window _window;
    private readonly TaskCompletionSource<IRequest> _asked = new();
    private readonly TaskCompletionSource _released = new();
    private readonly TaskCompletionSource _ended = new();

    private HeldAnswer(Window window)
    {
        _window = window;
        window.Page.RequestFinished += End;
        window.Page.RequestFailed += End;
    }

    /// <summary>Ends when the page has sent the request.</summary>
    public Task Asked => _asked.Task.WaitAsync(Wait.Limit);

    /// <summary>Holds back the next request with this method and path.</summary>
    /// <param name="window">The window whose page sends it.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, without the query.</param>
    /// <param name="asksFirst">Whether the service is asked before the release, so that the response is outdated by then.</param>
    public static async Task<HeldAnswer> To(Window window, string method, string path, bool asksFirst = false)
    {
        var held = new HeldAnswer(window);
        await window.Page.RouteAsync(url => new Uri(url).AbsolutePath == path, async route =>
        {
            if (route.Request.Method != method || held._asked.Task.IsCompleted)
            {
                await route.FallbackAsync();
                return;
            }

            var answer = asksFirst ? await route.FetchAsync() : null;
            held._asked.SetResult(route.Request);
            await held._released.Task;
            try
            {
                await (answer is null ? route.ContinueAsync() : route.FulfillAsync(new() { Response = answer }));
            }
            catch (PlaywrightException)
            {
                // the page has aborted the request
            }
        });
        return held;
    }

    /// <summary>Releases the response, and waits until the page has handled it.</summary>
    public async Task Release()
    {
        _released.SetResult();
        await _ended.Task.WaitAsync(Wait.Limit);
        await _window.HandleAnswers();
    }

    private void End(object? sender, IRequest request)
    {
        if (_asked.Task.IsCompleted && _asked.Task.Result == request)
        {
            _ended.TrySetResult();
        }
    }
}
