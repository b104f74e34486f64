namespace Velodrome.Browser.Tests;

/// <summary>A page in a window of its own, with all that its console complained of.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

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
    }

    public IPage Page { get; }

    /// <summary>Goes to a page of the dashboard and waits for its heading.</summary>
    public async Task<IPage> Go(string hash)
    {
        await Page.GotoAsync("about:blank");
        await Page.GotoAsync($"/{hash}");
        await Page.Locator("h1").First.WaitForAsync();
        return Page;
    }

    /// <summary>Fails if the console complained, but of what the test itself brought about.</summary>
    public void AssertSilent(params string[] expected) =>
        Assert.All(_complaints, complaint => Assert.Contains(expected, known => complaint.Contains(known, StringComparison.Ordinal)));

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
