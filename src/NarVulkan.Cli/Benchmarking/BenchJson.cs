using System.Text.Json;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Benchmarking;

/// <summary>
/// A benchmark as one JSON object. Times are seconds, sizes bytes, rates per second; parts that were not measured are absent:
/// <c>command</c>, <c>version</c>, <c>commit</c>, <c>processors</c>, <c>device</c>, <c>ceilings</c> (copyBytesPerSecond, multiplyAddsPerSecond),
/// <c>model</c>, <c>load</c>, <c>tuning</c> (seconds, trials, chosen, wanted), <c>startup</c> [cache, runs, firstToken, end, phases], <c>kernels</c> [kernel, shape, calls, multiplyAdds, bytes,
/// seconds, best, processorSeconds, flopsPerSecond, bytesPerSecond, fractionOfPeak, fractionOfBandwidth], <c>steps</c> (samples, runs, timestamps,
/// deviceSeconds, parts, steps [index, rows, keys, sampled, weightBytes, deviceSeconds, wallSeconds, parts]), <c>generations</c>
/// [batch, runs, tokens, seconds, ..., host, commands, memory], <c>decode</c>.
/// </summary>
internal static class BenchJson
{
    private const int Digits = 9;

    public static void Write(Utf8JsonWriter json, BenchResult result)
    {
        BenchReport report = result.Report;
        json.WriteString("command", "bench");
        json.WriteString("version", CliApplication.Version());
        if (CliApplication.Commit() is { } commit)
        {
            json.WriteString("commit", commit);
        }
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteDevice(report.Device);
        if (report.Ceilings is { } ceilings)
        {
            json.WriteStartObject("ceilings");
            json.WriteNumber("copyBytes", ceilings.CopyBytes);
            json.WriteNumber("copyBytesPerSecond", Math.Round(ceilings.CopyBytesPerSecond));
            json.WriteNumber("multiplyAddsPerSecond", Math.Round(ceilings.MultiplyAddsPerSecond));
            json.WriteEndObject();
        }
        if (report.Model is { } model)
        {
            WriteModel(json, result, model);
        }
        if (report.Load is { } load)
        {
            json.WriteStartObject("load");
            json.WriteNumber("seconds", Round(load.Seconds));
            json.WriteNumber("processorSeconds", Round(load.ProcessorSeconds));
            WriteMemory(json, load.Memory);
            json.WriteEndObject();
        }
        if (report.Tuning is { } tuning)
        {
            json.WriteStartObject("tuning");
            json.WriteNumber("seconds", Round(tuning.Seconds));
            json.WriteNumber("trials", tuning.Trials);
            json.WriteNumber("chosen", tuning.Chosen);
            json.WriteNumber("wanted", tuning.Wanted);
            if (tuning.Problem is { } problem)
            {
                json.WriteString("problem", problem);
            }
            json.WriteEndObject();
        }
        if (result.Startup.Count > 0)
        {
            WriteArray(json, "startup", result.Startup, WriteStartup);
        }
        if (report.Kernels.Count > 0)
        {
            WriteArray(json, "kernels", report.Kernels, (writer, kernel) => WriteKernel(writer, kernel, report.Ceilings));
        }
        if (report.Steps is { } steps)
        {
            WriteSteps(json, steps, report.Ceilings);
        }
        if (report.Generations.Count > 0)
        {
            WriteArray(json, "generations", report.Generations, (writer, generation) => WriteGeneration(writer, generation, report.Ceilings));
        }
        if (report.Decode is { } decode)
        {
            json.WriteStartObject("decode");
            json.WriteString("tokenizer", decode.Tokenizer);
            json.WriteNumber("batch", decode.Batch);
            json.WriteNumber("first", Round(decode.FirstSeconds));
            WriteSpread(json, "seconds", decode.Seconds);
            json.WriteEndObject();
        }
    }

    private static void WriteModel(Utf8JsonWriter json, BenchResult result, NarModelInfo model)
    {
        json.WriteStartObject("model");
        json.WriteString("name", result.Requested.Subject);
        json.WriteString("architecture", model.Architecture);
        json.WriteString("weights", result.Requested.Settings.Random is null ? "file" : "random");
        json.WriteNumber("parameters", model.ParameterCount);
        json.WriteNumber("weightBytes", model.WeightBytes);
        json.WriteString("precision", ModelJson.PrecisionName(model.Precision));
        json.WriteNumbers("grid", model.Grid.Select(side => (long)side));
        json.WriteNumber("steps", model.Steps);
        json.WriteNumber("tokens", model.TokenCount);
        json.WriteNumber("vocabulary", model.Vocabulary);
        json.WriteEndObject();
        if (result.Report.Sampling is { } sampling)
        {
            json.WriteSampling(sampling);
        }
    }

    private static void WriteStartup(Utf8JsonWriter json, StartupTiming startup)
    {
        json.WriteString("cache", startup.Cache);
        json.WriteNumber("runs", startup.Runs);
        WriteSpread(json, "firstToken", startup.FirstToken);
        WriteSpread(json, "end", startup.End);
        WriteParts(json, "phases", startup.Phases);
    }

    private static void WriteKernel(Utf8JsonWriter json, KernelTiming kernel, DeviceCeilings? ceilings)
    {
        json.WriteString("kernel", kernel.Kernel);
        json.WriteString("shape", kernel.Shape);
        json.WriteNumber("calls", kernel.Calls);
        json.WriteNumber("multiplyAdds", kernel.MultiplyAdds);
        json.WriteNumber("bytes", kernel.Bytes);
        json.WriteNumber("seconds", Round(kernel.Seconds));
        json.WriteNumber("best", Round(kernel.BestSeconds));
        json.WriteNumber("processorSeconds", Round(kernel.ProcessorSeconds));
        json.WriteNumber("flopsPerSecond", Math.Round(kernel.FlopsPerSecond));
        json.WriteNumber("bytesPerSecond", Math.Round(kernel.BytesPerSecond));
        if (ceilings is not null)
        {
            json.WriteNumber("fractionOfPeak", Math.Round(kernel.FractionOfPeak(ceilings), 4));
            json.WriteNumber("fractionOfBandwidth", Math.Round(kernel.FractionOfBandwidth(ceilings), 4));
        }
    }

    private static void WriteSteps(Utf8JsonWriter json, StepsReport steps, DeviceCeilings? ceilings)
    {
        json.WriteStartObject("steps");
        json.WriteNumber("samples", steps.Samples);
        json.WriteNumber("runs", steps.Runs);
        json.WriteBoolean("timestamps", steps.ByTimestamps);
        json.WriteNumber("deviceSeconds", Round(steps.DeviceSeconds));
        json.WriteNumber("weightBytes", steps.WeightBytes);
        if (ceilings is not null)
        {
            json.WriteNumber("bandwidthLimit", Round(steps.WeightBytes / ceilings.CopyBytesPerSecond));
        }
        WriteParts(json, "parts", steps.Parts);
        WriteArray(json, "steps", steps.Steps, static (writer, step) =>
        {
            writer.WriteNumber("index", step.Index);
            writer.WriteNumber("rows", step.Rows);
            writer.WriteNumber("keys", step.Keys);
            writer.WriteNumber("sampled", step.Sampled);
            writer.WriteNumber("weightBytes", step.WeightBytes);
            writer.WriteNumber("deviceSeconds", Round(step.DeviceSeconds));
            writer.WriteNumber("wallSeconds", Round(step.WallSeconds));
            WriteParts(writer, "parts", step.Parts);
        });
        json.WriteEndObject();
    }

    private static void WriteGeneration(Utf8JsonWriter json, GenerationTiming generation, DeviceCeilings? ceilings)
    {
        json.WriteNumber("batch", generation.Batch);
        json.WriteNumber("runs", generation.Runs);
        json.WriteNumber("tokens", generation.Tokens);
        json.WriteNumber("steps", generation.Steps);
        WriteSpread(json, "seconds", generation.Seconds);
        json.WriteNumber("first", Round(generation.FirstSeconds));
        json.WriteNumber("prefill", Round(generation.PrefillSeconds));
        json.WriteNumber("stepsSeconds", Round(generation.StepsSeconds));
        json.WriteNumber("tokensPerSecond", Math.Round(generation.TokensPerSecond, 3));
        json.WriteNumber("samplesPerSecond", Math.Round(generation.SamplesPerSecond, 4));
        json.WriteNumber("weightBytes", generation.WeightBytes);
        if (ceilings is not null)
        {
            json.WriteNumber("bandwidthLimit", Round(generation.BandwidthLimit(ceilings)));
        }
        json.WriteStartObject("host");
        json.WriteNumber("processSeconds", Round(generation.ProcessSeconds));
        if (generation.ThreadSeconds is { } thread)
        {
            json.WriteNumber("threadSeconds", Round(thread));
        }
        json.WriteNumber("allocatedBytes", generation.AllocatedBytes);
        if (generation.AllocatedInSteps is { } inSteps)
        {
            json.WriteNumber("allocatedBytesInSteps", inSteps);
        }
        json.WriteEndObject();
        json.WriteStartObject("commands");
        json.WriteNumber("submissions", generation.Submissions);
        json.WriteNumber("dispatches", generation.Dispatches);
        json.WriteNumber("barriers", generation.Barriers);
        json.WriteEndObject();
        WriteMemory(json, generation.Memory);
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryUse memory)
    {
        json.WriteStartObject("memory");
        json.WriteNumber("weights", memory.Weights);
        json.WriteNumber("cache", memory.Cache);
        json.WriteNumber("scratch", memory.Scratch);
        json.WriteNumber("logits", memory.Logits);
        json.WriteNumber("inputs", memory.Inputs);
        json.WriteNumber("staging", memory.Staging);
        json.WriteNumber("others", memory.Others);
        json.WriteNumber("total", memory.Total);
        json.WriteNumber("peak", memory.Peak);
        if (memory.HostPeak > 0)
        {
            json.WriteNumber("hostPeak", memory.HostPeak);
        }
        json.WriteEndObject();
    }

    private static void WriteSpread(Utf8JsonWriter json, string name, Spread spread)
    {
        json.WriteStartObject(name);
        json.WriteNumber("median", Round(spread.Median));
        json.WriteNumber("least", Round(spread.Least));
        json.WriteNumber("most", Round(spread.Most));
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, double>> parts)
    {
        json.WriteStartObject(name);
        foreach ((string part, double seconds) in parts)
        {
            json.WriteNumber(part, Round(seconds));
        }
        json.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> members)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            members(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static double Round(double value) => Math.Round(value, Digits);
}
