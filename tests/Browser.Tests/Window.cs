using System.Collections.Concurrent;

namespace Velodrome.Browser.Tests;

/// <summary>A page in a browser window, with the errors and warnings of its console.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];
    private readonly ConcurrentDictionary<IRequest, bool> _pending = [];

    public Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) => _pending.TryAdd(request, true);
        page.RequestFinished += (_, request) => _pending.TryRemove(request, out var _);
        page.RequestFailed += (_, request) => _pending.TryRemove(request, out var _);
    }

    public IPage Page { get; }

    /// <summary>Opens a page of the dashboard and waits for its heading.</summary>
    public async Task<IPage> Go(string hash)
    {
        await Page.GotoAsync("about:blank");
        await Page.GotoAsync($"/{hash}");
        await Page.Locator("h1").First.WaitForAsync();
        return Page;
    }

    /// <summary>Waits until the page has handled all responses that have arrived, and all requests that followed from them.</summary>
    public async Task HandleAnswers()
    {
        do
        {
            await Page.EvaluateAsync("() => fetch('/health/live').then(answer => answer.text())");
        }
        while (_pending.Keys.Any(request => request.ResourceType != "eventsource"));
    }

    /// <summary>Fails if the console has errors or warnings, except those that the test expects.</summary>
    public void AssertSilent(params string[] expected) =>
        Assert.All(_complaints, complaint => Assert.Contains(expected, text => complaint.Contains(text, StringComparison.Ordinal)));

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
