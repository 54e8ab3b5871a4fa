using NarVulkan.Vulkan;

namespace NarVulkan.Kernels.Tuning;

/// <summary>When tuning happens: at the first load of a model on a GPU, for a bounded time, its result kept on disk.</summary>
internal static class MatmulTuning
{
    /// <summary>
    /// Takes the choices on disk, and tunes what they lack, as far as there is time: the rest is left to a later load. A software driver compiles for longer than there is to be won, and its
    /// built-in forms were measured; without a place to keep the result every start would pay for it again: neither is tuned.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="kernel">Gets the choices.</param>
    /// <param name="matrices">The model's.</param>
    /// <returns>What kept choices from being made, read or written; null when nothing did. It never keeps a model from being loaded.</returns>
    public static string? AtLoad(VulkanDevice device, MatmulKernel kernel, IReadOnlyList<PackedMatrix> matrices)
    {
        if (device.Pipelines.CachePath is null)
        {
            return null;
        }

        if (device.Profile.IsSoftware || device.TuningBudget <= TimeSpan.Zero)
        {
            // What was chosen on request counts.
            return UseSaved(device, kernel);
        }

        var file = MatmulChoicesFile.For(device);
        var tiling = MatmulTiling.For(device.Profile);
        var known = file.Load(device.Profile, tiling);
        // Convolutions are packed otherwise and have a kernel of their own, as have cooperative matrices.
        kernel.Choices = known;
        try
        {
            kernel.Choices = new MatmulTuner(device, kernel).Tune(
                matrices.Where(matrix => matrix.Cooperative is null && (ReferenceEquals(matrix.Tiling, tiling) || matrix.Tiling.Integer)), MatmulShape.RowBuckets, known, device.TuningBudget);
        }
        catch (DeviceException e)
        {
            return $"products were not tuned: {e.Message}";
        }

        if (kernel.Choices.All.Count > known.All.Count)
        {
            file.Save(kernel.Choices);
        }

        return file.Problem;
    }

    /// <summary>Tunes on request, on any device, and keeps the result.</summary>
    /// <param name="device">The device.</param>
    /// <param name="kernel">Gets the choices.</param>
    /// <param name="matrices">Matrices of the shapes that are wanted.</param>
    /// <param name="buckets">Some of <see cref="MatmulShape.RowBuckets"/>.</param>
    /// <param name="budget">How long it may take.</param>
    /// <param name="report">Called with every form that was tried; may be null.</param>
    /// <returns>What kept choices from being written; null when nothing did.</returns>
    /// <exception cref="DeviceException">There is no memory for the operands.</exception>
    public static string? OnRequest(
        VulkanDevice device, MatmulKernel kernel, IEnumerable<PackedMatrix> matrices, IReadOnlyList<int> buckets, TimeSpan budget, Action<MatmulTrial>? report = null)
    {
        var file = MatmulChoicesFile.For(device);
        var shapes = matrices.ToList();
        // What was chosen before for these shapes is measured again.
        var wanted = shapes.Select(MatmulShape.Of).ToHashSet();
        var others = new MatmulChoices(file.Load(device.Profile, MatmulTiling.For(device.Profile)).All
            .Where(choice => !wanted.Contains(choice.Shape) || !buckets.Contains(choice.Rows)));
        kernel.Choices = new MatmulTuner(device, kernel).Tune(shapes, buckets, others, budget, report);
        file.Save(kernel.Choices);
        return file.Problem;
    }

    /// <summary>Takes what was chosen before on this device, on any kind of device; nothing is timed.</summary>
    /// <returns>What kept choices from being read; null when nothing did.</returns>
    public static string? UseSaved(VulkanDevice device, MatmulKernel kernel)
    {
        var file = MatmulChoicesFile.For(device);
        kernel.Choices = file.Load(device.Profile, MatmulTiling.For(device.Profile));
        return file.Problem;
    }
}
