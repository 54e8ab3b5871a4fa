using System.CommandLine;
using System.Globalization;
using NarVulkan;

namespace PrecisionReport;

/// <summary>
/// Runs every golden generator case greedily with exact (float32) and with rounded weights, and prints as a table whether tokens are
/// equal and, where they are not, the margin that the choice had against the error of the logits there. Exact weights must give the
/// golden tokens, or nothing is reported.
/// </summary>
internal static class Program
{
    private static readonly NarPrecision[] Rounded = [NarPrecision.Float16, NarPrecision.BFloat16, NarPrecision.Q8];

    private static int Main(string[] arguments)
    {
        var goldens = new Argument<string>("goldens") { Description = "Folder of golden cases.", DefaultValueFactory = _ => Path.Combine("tests", "fixtures", "golden") };
        var device = new Option<string>("--device") { DefaultValueFactory = _ => "auto", Description = "Index or name of the device." };
        var models = new Option<string[]>("--model") { DefaultValueFactory = _ => [], Description = "Further model folders: every class once, with the folder's own guidance." };
        var root = new RootCommand("Compares half-precision and 8-bit weights with exact ones over the golden generator cases.") { goldens, device, models };
        root.SetAction(parsed =>
        {
            try
            {
                Report(Path.GetFullPath(parsed.GetValue(goldens)!), parsed.GetValue(models)!, parsed.GetValue(device)!);
                return 0;
            }
            catch (NarException e)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }
        });
        return root.Parse(arguments).Invoke();
    }

    private static void Report(string goldens, IEnumerable<string> models, string device)
    {
        using var context = NarContext.Create(new NarContextOptions { Device = device });
        Print($"{context.Device.Name}, {context.Device.Driver}");
        Print($"");
        Print($"| case | run | weights | samples all equal | tokens equal up to the first difference | largest logit error over those | deviation of the errors over that of the logits | first difference: token, margin, error of the two logits that changed places, largest error there |");
        Print($"|---|---|---|---|---|---|---|---|");
        foreach (string folder in Directory.GetDirectories(goldens).Order(StringComparer.Ordinal))
        {
            ReportCase(context, folder, GoldenRun.ReadAll(folder));
        }
        foreach (string folder in models.Select(Path.GetFullPath))
        {
            ReportCase(context, folder, [GoldenRun.OfEveryClass(context, folder)]);
        }
    }

    private static void ReportCase(NarContext context, string folder, IReadOnlyList<GoldenRun> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }
        var exact = Generate(context, folder, NarPrecision.Float32, runs, out var info);
        var rounded = Rounded.ToDictionary(precision => precision, precision => Generate(context, folder, precision, runs, out _));
        for (int run = 0; run < runs.Count; run++)
        {
            if (runs[run].Tokens is { } golden && !exact[run].Tokens.AsSpan().SequenceEqual(golden))
            {
                throw new InvalidOperationException($"{folder}, {runs[run].Name}: float32 weights do not give the golden tokens");
            }
            foreach (var precision in Rounded)
            {
                var found = Comparison.Of(exact[run].Logits, rounded[precision][run].Logits, runs[run].Request.Classes.Count, info.TokenCount, info.Vocabulary);
                Print($"| {Path.GetFileName(folder)} | {runs[run].Name} | {precision} | {found.EqualSamples} of {found.Samples} | {found.EqualTokens} of {found.Samples * info.TokenCount} | {found.LargestError:0.0000} | {found.RelativeError:0.00000} | {Describe(found.First)} |");
            }
        }
    }

    private static List<NarGenerationResult> Generate(NarContext context, string folder, NarPrecision precision, IReadOnlyList<GoldenRun> runs, out NarModelInfo info)
    {
        using var model = NarModel.Load(context, folder, new NarLoadOptions { Precision = precision, Tokenizer = false });
        info = model.Info;
        return [.. runs.Select(run => model.Generate(run.Request))];
    }

    private static string Describe(Difference? first) => first is null
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{first.Token}: {first.Margin:0.0000}, {first.ErrorOfBoth:0.0000}, {first.LogitError:0.0000}");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
