using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// A whole generation, recorded once: one dispatch chain after another, replayed for every request of the same shape.
/// No token leaves the device between its first and its last step.
/// </summary>
internal sealed class GenerationPlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly GeneratorWeights weights;
    private readonly GenerationBuffers buffers;
    private readonly RecordedCommands prefill;
    private readonly RecordedCommands steps;
    // Host memory of a run, reused by all: a replay allocates nothing.
    private readonly int[] conditionRows, generated;
    private readonly uint[] settings;

    /// <summary>Allocates and records. Prefill is a recording of its own, so that it can be timed apart.</summary>
    /// <param name="kernels">Kernels of the device.</param>
    /// <param name="weights">Generator; must outlive the plan.</param>
    /// <param name="key">Shape of the requests that the plan serves.</param>
    /// <param name="workBudget">Multiply-adds in one submission at most; null: what the device does in the time that its profile names.</param>
    /// <param name="timestamps">Whether the device times the steps' parts, for <see cref="Timings"/>.</param>
    public GenerationPlan(KernelSet kernels, GeneratorWeights weights, PlanKey key, double? workBudget = null, bool timestamps = false)
    {
        device = kernels.Device;
        this.weights = weights;
        Key = key;
        buffers = new GenerationBuffers(device, weights, key);
        conditionRows = new int[buffers.Sequences * buffers.ConditionSlots];
        generated = new int[key.Samples * weights.Schedule.Grid.Count];
        settings = new uint[SamplingParameters.BytesFor(key.Samples) / sizeof(uint)];
        try
        {
            var recorder = new StepRecorder(kernels, weights, buffers, key);
            var all = weights.Schedule.Steps;
            // Steps of the same shape bind the same pipelines.
            CommandRecorder.Rehearse(device, rehearsal =>
            {
                foreach (var step in all.DistinctBy(step => (step.Fed.Count, step.Sampled.Count)))
                {
                    recorder.Record(rehearsal, step);
                }
            });
            prefill = Record("prefill", all.Take(1));
            steps = Record("steps", all.Skip(1));

            RecordedCommands Record(string name, IEnumerable<DecodeStep> part)
            {
                using var commands = new CommandRecorder(device, name, workBudget, timestamps);
                foreach (var step in part)
                {
                    recorder.Record(commands, step);
                }
                return commands.Finish();
            }
        }
        catch
        {
            prefill?.Dispose();
            buffers.Dispose();
            throw;
        }
    }

    /// <summary>What the plan was recorded for.</summary>
    public PlanKey Key { get; }

    /// <summary>Submissions of the last generation.</summary>
    public int Submissions => prefill.Submissions + steps.Submissions;

    /// <summary>Device memory of the plan.</summary>
    public PlanMemory Memory => buffers.Memory;

    /// <summary>Device time of the last run's steps by part (embed, blocks, heads, sample), in milliseconds; empty without timestamps.</summary>
    public IReadOnlyList<(string Region, double Milliseconds)> Timings => steps.Timings;

    /// <summary>Dispatches and barriers of one generation.</summary>
    public (long Dispatches, long Barriers) Commands => (prefill.DispatchCount + steps.DispatchCount, prefill.BarrierCount + steps.BarrierCount);

    /// <summary>Uploads the request's values. Runs nothing yet.</summary>
    /// <param name="inputs">The request.</param>
    /// <param name="first">Its first sample that this run generates.</param>
    /// <param name="parameters">How tokens are drawn.</param>
    /// <param name="streams">Random stream of each sample of this run.</param>
    public void SetInputs(GenerationInputs inputs, int first, in SamplingParameters parameters, ReadOnlySpan<uint> streams)
    {
        ConditionUpload.Run(device, weights, buffers, inputs, first, Key.Samples, conditionRows);
        if (inputs.Kept is { } kept)
        {
            int tokens = weights.Schedule.Grid.Count;
            device.Uploads.Upload<int>(buffers.Tokens, 0, kept.AsSpan(first * tokens, Key.Samples * tokens));
        }
        parameters.Write(streams, settings);
        device.Uploads.Upload<uint>(buffers.Parameters, 0, settings);
        device.Uploads.Flush();
    }

    /// <summary>Feeds the condition and samples the first token.</summary>
    public void RunPrefill(CancellationToken cancellation) => prefill.Run(null, cancellation);

    /// <summary>Runs all further steps. <paramref name="stepDone"/> gets the index of the last step that is complete.</summary>
    public void RunSteps(Action<int>? stepDone, CancellationToken cancellation)
    {
        if (weights.Schedule.Steps.Count > 1)
        {
            steps.Run(stepDone, cancellation);
        }
    }

    /// <summary>Reads the tokens back: int32 [samples, tokens], raster order.</summary>
    public void ReadTokens(Span<int> raster)
    {
        int count = weights.Schedule.Grid.Count;
        device.Readbacks.Read<int>(buffers.Tokens, 0, generated);
        var order = weights.Schedule.OrderOfGeneration;
        for (int sample = 0; sample < Key.Samples; sample++)
        {
            for (int index = 0; index < count; index++)
            {
                raster[sample * count + order[index]] = generated[sample * count + index];
            }
        }
    }

    /// <summary>Reads the kept logits back: float32 [samples, tokens, vocabulary], order of generation.</summary>
    public void ReadLogits(Span<float> logits) =>
        device.Readbacks.Read(buffers.KeptLogits ?? throw new InvalidOperationException("This plan keeps no logits."), 0, logits);

    /// <inheritdoc/>
    public void Dispose()
    {
        prefill.Dispose();
        steps.Dispose();
        buffers.Dispose();
    }
}
