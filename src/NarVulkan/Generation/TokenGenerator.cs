using System.Diagnostics;
using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// Serves requests on one generator: splits them into batches, keeps the recordings it made, and reports progress.
/// Owns the weights. Not thread-safe.
/// </summary>
internal sealed class TokenGenerator(KernelSet kernels, GeneratorWeights weights) : IDisposable
{
    /// <summary>Recordings kept: a full batch and a remainder.</summary>
    private const int KeptPlans = 2;

    /// <summary>Samples side by side at most, where the request leaves the choice to us.</summary>
    private const int MostSamplesOnSoftware = 8, MostSamplesOnGpu = 64;

    private readonly List<GenerationPlan> plans = [];

    /// <summary>The generator's weights.</summary>
    public GeneratorWeights Weights => weights;

    /// <summary>Device memory by purpose.</summary>
    public GeneratorMemory Memory
    {
        get
        {
            var allocator = kernels.Device.Allocator;
            ulong staging = allocator.Usage.Where(role => role.Role is UploadRing.Role or ReadbackRing.Role).Aggregate(0UL, (sum, role) => sum + role.Bytes);
            return new GeneratorMemory(
                weights.Tensors.MemoryBytes, plans.Aggregate(default(PlanMemory), (sum, plan) => sum + plan.Memory), staging, allocator.UsedBytes, allocator.PeakBytes);
        }
    }

    /// <summary>Recordings that are kept, the one that was used last at the end.</summary>
    public IReadOnlyList<GenerationPlan> Plans => plans;

    /// <summary>Generates the request's tokens, int32 [samples, tokens] in raster order, and its logits where asked for.</summary>
    /// <param name="inputs">Conditions and kept tokens of each sample.</param>
    /// <param name="request">The request; its classes only give the number of samples.</param>
    /// <param name="tokens">Receives the tokens.</param>
    /// <param name="logits">Receives [samples, tokens, vocabulary] in order of generation; empty where they are not wanted.</param>
    /// <param name="progress">Gets every finished step.</param>
    /// <param name="cancellation">Ends the request between submissions.</param>
    public (double Record, double Prefill, double Steps) Generate(
        GenerationInputs inputs, NarGenerationRequest request, Span<int> tokens, Span<float> logits, IProgress<NarProgress>? progress, CancellationToken cancellation)
    {
        int samples = request.Classes.Count, tokenCount = weights.Schedule.Grid.Count, stepCount = weights.Schedule.Steps.Count;
        var guidance = GuidedSteps.For(weights.Schedule, request.Sampling.GuidanceScale, request.Sampling.GuidanceInterval);
        int batch = BatchSize(samples, request, guidance);
        int batches = (samples + batch - 1) / batch;
        double recording = 0, prefill = 0, steps = 0;
        for (int index = 0; index < batches; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = index * batch, count = Math.Min(batch, samples - first);
            long start = Stopwatch.GetTimestamp();
            var plan = PlanFor(new PlanKey(count, guidance, !logits.IsEmpty, request.KeptTokens is null ? 0 : request.KeptSteps));
            plan.SetInputs(inputs, request, first);
            recording += Stopwatch.GetElapsedTime(start).TotalSeconds;

            start = Stopwatch.GetTimestamp();
            plan.RunPrefill(cancellation);
            prefill += Stopwatch.GetElapsedTime(start).TotalSeconds;
            Report(progress, "prefill", index, count, 0);

            start = Stopwatch.GetTimestamp();
            int reported = index;
            plan.RunSteps(progress is null ? null : step => Report(progress, "steps", reported, count, step), cancellation);
            steps += Stopwatch.GetElapsedTime(start).TotalSeconds;

            plan.ReadTokens(tokens.Slice(first * tokenCount, count * tokenCount));
            if (!logits.IsEmpty)
            {
                int values = checked(tokenCount * weights.Shape.Vocabulary);
                plan.ReadLogits(logits.Slice(first * values, count * values));
            }
        }
        return (recording, prefill, steps);

        void Report(IProgress<NarProgress>? to, string phase, int batchIndex, int count, int step)
        {
            var done = weights.Schedule.Steps[step];
            int tokensDone = batchIndex * batch * tokenCount + count * (done.FirstSampled + done.Sampled.Count);
            to?.Report(new NarProgress(phase, batchIndex * stepCount + step + 1, batches * stepCount, tokensDone, samples * tokenCount));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var plan in plans)
        {
            plan.Dispose();
        }
        plans.Clear();
        weights.Dispose();
    }

    private GenerationPlan PlanFor(PlanKey key)
    {
        int at = plans.FindIndex(plan => plan.Key == key);
        if (at >= 0)
        {
            var found = plans[at];
            plans.RemoveAt(at);
            plans.Add(found);
            return found;
        }
        if (plans.Count == KeptPlans)
        {
            plans[0].Dispose();
            plans.RemoveAt(0);
        }
        var plan = Record(key);
        plans.Add(plan);
        return plan;
    }

    /// <summary>A new recording; where the device has no memory for it beside those that are kept, in their place.</summary>
    private GenerationPlan Record(PlanKey key)
    {
        try
        {
            return new GenerationPlan(kernels, weights, key);
        }
        catch (DeviceException) when (plans.Count > 0)
        {
            plans.ForEach(plan => plan.Dispose());
            plans.Clear();
            return new GenerationPlan(kernels, weights, key);
        }
    }

    /// <summary>As many samples as keep every buffer and dispatch within the device's limits, and all of them within half of what the weights leave of its memory.</summary>
    internal int BatchSize(int samples, NarGenerationRequest request, GuidedSteps guidance)
    {
        var profile = kernels.Device.Profile;
        var one = new GenerationSizes(weights, new PlanKey(1, guidance, request.KeepLogits));
        ulong fitting = Math.Min(profile.MaxStorageBufferRange / one.LargestBound, profile.MaxAllocationSize / Math.Max(one.LargestBound, one.KeptLogits));
        // Some kernels have a workgroup for each row.
        fitting = Math.Min(fitting, profile.MaxWorkgroupCountX / (ulong)one.Rows);
        ulong memory = profile.MemoryBytes, left = memory - Math.Min(memory, (ulong)weights.DeviceBytes);
        // What others leave. Recordings that are kept go where a new one needs their memory.
        left = Math.Min(left, kernels.Device.Memory.FreeBytes + plans.Aggregate(0UL, (sum, plan) => sum + plan.Memory.Total));
        MemoryCheck.Sample(kernels.Device, one.Total, left);
        fitting = Math.Max(1, Math.Min(fitting, left / 2 / one.Total));
        int most = request.MaxBatch > 0 ? request.MaxBatch : profile.IsSoftware ? MostSamplesOnSoftware : MostSamplesOnGpu;
        return (int)Math.Min((ulong)Math.Min(samples, most), fitting);
    }
}
