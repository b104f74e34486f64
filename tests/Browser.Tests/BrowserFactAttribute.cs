namespace Velodrome.Browser.Tests;

/// <summary>A test in a real browser. It is skipped, with the reason, on a machine without one.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Chromium.Missing;
}

/// <summary>A test in a real browser with several cases.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.Missing;
}
