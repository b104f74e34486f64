using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>Two loss curves as an SVG that needs nothing beside itself.</summary>
/// <param name="run">Names the picture, its best epoch and its baseline.</param>
/// <param name="epochs">In order.</param>
/// <param name="width">In pixels.</param>
/// <param name="height">In pixels.</param>
/// <param name="log">Whether losses are on a logarithmic scale.</param>
internal sealed class CurveDrawing(Run run, IReadOnlyList<EpochResponse> epochs, int width, int height, bool log)
{
    private const int Left = 64, Right = 20, Top = 56, Bottom = 40;

    /// <summary>Blue and orange are told apart by every kind of colour vision (Okabe and Ito 2008).</summary>
    private const string Style = """
        text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#4b5563;font-variant-numeric:tabular-nums}
        .title{font-size:15px;font-weight:600;fill:#111827}.grid{stroke:#e5e7eb}.back{fill:#fff}
        .train,.validation{fill:none;stroke-width:2;stroke-linejoin:round}.train{stroke:#0072b2}.validation{stroke:#d55e00}
        .baseline{stroke:#6b7280;stroke-dasharray:5 4}.best{fill:#d55e00;stroke:#fff;stroke-width:2}.bestline{stroke:#d55e00;stroke-dasharray:2 3}
        @media(prefers-color-scheme:dark){text{fill:#9aa4b2}.title{fill:#f3f4f6}.grid{stroke:#2a3240}.back{fill:#0f141b}
        .train{stroke:#56b4e9}.validation{stroke:#f0913a}.best{fill:#f0913a;stroke:#0f141b}.bestline{stroke:#f0913a}}
        """;

    public string ToSvg()
    {
        var svg = Element("svg", ("viewBox", $"0 0 {width} {height}"), ("width", $"{width}"), ("height", $"{height}"), ("role", "img"));
        var name = Printable(run.Name);
        svg.Add(Element("title", name), Element("style", Style), Element("rect", ("class", "back"), ("width", "100%"), ("height", "100%"), ("rx", "8")));
        svg.Add(Text(Left, 26, name, "title"));
        if (Losses().Any())
        {
            Draw(svg);
        }
        else
        {
            svg.Add(Text(Left, height / 2.0, "No epoch yet."));
        }

        return svg.ToString();
    }


    private IEnumerable<double> Losses() => epochs.SelectMany(epoch => new[] { epoch.TrainLoss, epoch.ValidationLoss }).OfType<double>();

    private void Draw(XElement svg)
    {
        var axis = LossAxis.ForLosses(Losses(), run.BaselineLoss, log);
        var last = Math.Max(1, epochs[^1].Epoch);
        double X(double epoch) => Left + epoch / last * (width - Left - Right);
        double Y(double loss) => height - Bottom - axis.Share(loss) * (height - Top - Bottom);

        foreach (var tick in axis.Ticks)
        {
            svg.Add(Element("line", ("class", "grid"), ("x1", $"{Left}"), ("x2", $"{width - Right}"), ("y1", Number(Y(tick))), ("y2", Number(Y(tick)))));
            svg.Add(Text(Left - 8, Y(tick) + 4, LossAxis.Label(tick), anchor: "end"));
        }

        foreach (var epoch in LossAxis.EpochTicks(last))
        {
            svg.Add(Text(X(epoch), height - Bottom + 20, $"{epoch}", anchor: "middle"));
        }

        svg.Add(Text(width - Right, height - 6, "epoch", anchor: "end"), Text(Left, 46, $"{run.Spec.Training.Loss.ToString().ToLowerInvariant()}, {Printable(LossResponse.Of(run.Spec).Unit)}"));
        if (run.BaselineLoss is { } baseline && axis.Holds(baseline))
        {
            svg.Add(Element("line", ("class", "baseline"), ("x1", $"{Left}"), ("x2", $"{width - Right}"), ("y1", Number(Y(baseline))), ("y2", Number(Y(baseline)))));
        }

        svg.Add(Element("path", ("class", "train"), ("d", PathOf(epoch => epoch.TrainLoss))), Element("path", ("class", "validation"), ("d", PathOf(epoch => epoch.ValidationLoss))));
        if (run is { BestEpoch: { } best, BestValidationLoss: { } bestLoss })
        {
            svg.Add(Element("line", ("class", "bestline"), ("x1", Number(X(best))), ("x2", Number(X(best))), ("y1", Number(Y(bestLoss))), ("y2", $"{height - Bottom}")));
            svg.Add(Element("circle", ("class", "best"), ("cx", Number(X(best))), ("cy", Number(Y(bestLoss))), ("r", "5")));
        }

        Legend(svg);

        string PathOf(Func<EpochResponse, double?> loss)
        {
            var path = new StringBuilder();
            var pen = 'M';
            foreach (var epoch in epochs)
            {
                if (loss(epoch) is { } value)
                {
                    path.Append(CultureInfo.InvariantCulture, $"{pen}{Number(X(epoch.Epoch))} {Number(Y(value))}");
                }

                pen = loss(epoch) is null ? 'M' : 'L';
            }

            return path.ToString();
        }
    }

    private void Legend(XElement svg)
    {
        var best = run.BestEpoch is { } epoch ? $"best: {LossAxis.Label(run.BestValidationLoss!.Value)} in epoch {epoch}" : null;
        var dashed = run.BaselineLoss is { } baseline ? $"dashed: the baseline, {LossAxis.Label(baseline)}" : null;
        var right = width - Right;
        svg.Add(Text(right, 46, string.Join("; ", new[] { best, dashed }.OfType<string>()), anchor: "end"));
        svg.Add(Key("train", right - 190), Text(right - 162, 26, "training"), Key("validation", right - 92), Text(right - 64, 26, "validation"));

        static XElement Key(string name, int x) => Element("path", ("class", name), ("d", $"M{x} 22h22"));
    }

    private static XElement Text(double x, double y, string text, string? style = null, string anchor = "start")
    {
        var element = Element("text", ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));
        element.Add(style is null ? null : new XAttribute("class", style), text);
        return element;
    }

    private static XElement Element(string name, params (string Name, string Value)[] attributes) =>
        new(XNamespace.Get("http://www.w3.org/2000/svg") + name, attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value)));

    private static XElement Element(string name, string text) => new(XNamespace.Get("http://www.w3.org/2000/svg") + name, text);

    /// <summary>Names may hold what XML may not.</summary>
    private static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value < 0x20 || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
