using NarVulkan.Checkpoints;

namespace NarVulkan;

/// <summary>Adds up what was loaded of a model's parts, and tells the host program.</summary>
internal sealed class LoadReport(Action<NarLoadProgress>? progress)
{
    private long done, total;

    /// <summary>Null where nobody listens.</summary>
    public Action<long>? Loaded => progress is null ? null : weights =>
    {
        // Tables are summed from several tensors, and totals are counted from tensors.
        done = Math.Min(done + weights, total);
        progress(new NarLoadProgress(done, total));
    };

    /// <summary>Says what is yet to come, before the first part is loaded.</summary>
    public void Expect(IEnumerable<WeightTensor> tensors) => total += tensors.Sum(tensor => tensor.ElementCount);

    /// <summary>Everything is loaded, whatever the count of what was made of tensors.</summary>
    public void Finish()
    {
        if (done < total)
        {
            done = total;
            progress?.Invoke(new NarLoadProgress(done, total));
        }
    }

    /// <summary>Bytes were verified.</summary>
    public void Verified(long bytes, long all) => progress?.Invoke(new NarLoadProgress { BytesVerified = bytes, BytesToVerify = all });
}
