using System.Xml.Linq;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>Draws a run's loss curves as a self-contained SVG.</summary>
/// <param name="run">The run, for its name, best epoch and baseline.</param>
/// <param name="epochs">The epochs to draw, in order.</param>
/// <param name="width">The width in pixels.</param>
/// <param name="height">The height in pixels.</param>
/// <param name="log">Whether the loss axis is logarithmic.</param>
internal sealed class CurveDrawing(Run run, IReadOnlyList<EpochResponse> epochs, int width, int height, bool log)
{
    private const int Left = 64, Right = 20, Top = 56, Bottom = 40;

    /// <summary>Blue and orange can be told apart with every kind of colour vision (Okabe and Ito 2008).</summary>
    private const string Style = """
        text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#4b5563;font-variant-numeric:tabular-nums}
        .title{font-size:15px;font-weight:600;fill:#111827}.grid{stroke:#e5e7eb}.back{fill:#fff}
        .train,.validation{fill:none;stroke-width:2;stroke-linejoin:round}.train{stroke:#0072b2}.validation{stroke:#d55e00}
        .baseline{stroke:#6b7280;stroke-dasharray:5 4}.best{fill:#d55e00;stroke:#fff;stroke-width:2}
        .bestline{stroke:#d55e00;stroke-dasharray:2 3}
        @media(prefers-color-scheme:dark){text{fill:#9aa4b2}.title{fill:#f3f4f6}.grid{stroke:#2a3240}.back{fill:#0f141b}
        .train{stroke:#56b4e9}.validation{stroke:#f0913a}.best{fill:#f0913a;stroke:#0f141b}.bestline{stroke:#f0913a}}
        """;

    public string ToSvg()
    {
        var svg = Svg.Element("svg", ("viewBox", $"0 0 {width} {height}"), ("width", $"{width}"), ("height", $"{height}"), ("role", "img"));
        svg.Add(
            Svg.Element("title", run.Name),
            Svg.Element("style", Style),
            Svg.Element("rect", ("class", "back"), ("width", "100%"), ("height", "100%"), ("rx", "8")),
            Svg.Text(Left, 26, run.Name, "title"));
        if (Losses().Any())
        {
            Draw(svg);
        }
        else
        {
            svg.Add(Svg.Text(Left, height / 2.0, "No epoch yet."));
        }

        return svg.ToString();
    }

    private IEnumerable<double> Losses() => epochs.SelectMany(epoch => new[] { epoch.TrainLoss, epoch.ValidationLoss }).OfType<double>();

    private void Draw(XElement svg)
    {
        var axis = LossAxis.ForLosses(Losses(), run.BaselineLoss, log);
        var lastEpoch = Math.Max(1, epochs[^1].Epoch);
        var (right, bottom) = (width - Right, height - Bottom);
        double X(double epoch) => Left + epoch / lastEpoch * (right - Left);
        double Y(double loss) => bottom - axis.Share(loss) * (bottom - Top);

        foreach (var tick in axis.Ticks)
        {
            svg.Add(
                Svg.Line("grid", Left, Y(tick), right, Y(tick)),
                Svg.Text(Left - 8, Y(tick) + 4, LossAxis.Label(tick), anchor: "end"));
        }

        foreach (var epoch in LossAxis.EpochTicks(lastEpoch))
        {
            svg.Add(Svg.Text(X(epoch), bottom + 20, $"{epoch}", anchor: "middle"));
        }

        svg.Add(
            Svg.Text(right, height - 6, "epoch", anchor: "end"),
            Svg.Text(Left, 46, $"{run.Spec.Training.Loss.ToString().ToLowerInvariant()}, {LossResponse.Of(run.Spec).Unit}"));
        if (run.BaselineLoss is { } baseline && axis.Contains(baseline))
        {
            svg.Add(Svg.Line("baseline", Left, Y(baseline), right, Y(baseline)));
        }

        svg.Add(Curve("train", epoch => epoch.TrainLoss), Curve("validation", epoch => epoch.ValidationLoss));
        if (run is { BestEpoch: { } best, BestValidationLoss: { } bestLoss })
        {
            svg.Add(Svg.Line("bestline", X(best), Y(bestLoss), X(best), bottom), Svg.Circle("best", X(best), Y(bestLoss), radius: 5));
        }

        AddLegend(svg);

        XElement Curve(string cssClass, Func<EpochResponse, double?> lossOf) => Svg.Path(cssClass,
            epochs.Select(epoch => (X(epoch.Epoch), lossOf(epoch) is { } loss ? Y(loss) : (double?)null)));
    }

    private void AddLegend(XElement svg)
    {
        var best = run.BestEpoch is { } epoch ? $"best: {LossAxis.Label(run.BestValidationLoss!.Value)} in epoch {epoch}" : null;
        var dashed = run.BaselineLoss is { } baseline ? $"dashed: baseline, {LossAxis.Label(baseline)}" : null;
        var right = width - Right;
        svg.Add(
            Svg.Text(right, 46, string.Join("; ", new[] { best, dashed }.OfType<string>()), anchor: "end"),
            Sample("train", right - 190),
            Svg.Text(right - 162, 26, "training"),
            Sample("validation", right - 92),
            Svg.Text(right - 64, 26, "validation"));

        static XElement Sample(string cssClass, int x) => Svg.Path(cssClass, [(x, 22), (x + 22, 22)]);
    }
}
