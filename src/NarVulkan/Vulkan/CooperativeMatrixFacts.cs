using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>What a device says of VK_KHR_cooperative_matrix.</summary>
internal static unsafe class CooperativeMatrixFacts
{
    public const string Extension = "VK_KHR_cooperative_matrix";

    /// <summary>A driver lists ten or so; a hundred is no driver.</summary>
    private const int MostShapes = 1024;

    /// <summary>
    /// The shape that the kernels use: of those with float16 operands, float32 accumulation and subgroup scope the one
    /// nearest to 16 x 16 x 16; null when there is none. The extension must be there.
    /// </summary>
    public static CooperativeMatrixShape? Read(Vk api, Instance instance, PhysicalDevice device, uint subgroupSize)
    {
        using var text = new NativeText();
        // It belongs to a device extension but takes a physical device: only the instance gives its address.
        var address = (nint)api.GetInstanceProcAddr(instance, text.Add("vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR"));
        if (address == 0)
        {
            return null;
        }

        var query = (delegate* unmanaged<PhysicalDevice, uint*, CooperativeMatrixPropertiesKHR*, Result>)address;
        uint count = 0;
        if (query(device, &count, null) != Result.Success || count is 0 or > MostShapes)
        {
            return null;
        }

        var listed = new CooperativeMatrixPropertiesKHR[count];
        Array.Fill(listed, new CooperativeMatrixPropertiesKHR { SType = StructureType.CooperativeMatrixPropertiesKhr });
        fixed (CooperativeMatrixPropertiesKHR* pointer = listed)
        {
            if (query(device, &count, pointer) < Result.Success)
            {
                return null;
            }
        }

        return Choose(listed.AsSpan(0, (int)Math.Min(count, (uint)listed.Length)), subgroupSize);
    }

    /// <summary>The best of a device's list, or null.</summary>
    public static CooperativeMatrixShape? Choose(ReadOnlySpan<CooperativeMatrixPropertiesKHR> listed, uint subgroupSize)
    {
        CooperativeMatrixShape? best = null;
        foreach (var shape in listed)
        {
            if (shape.AType != ComponentTypeKHR.Float16Khr
                || shape.BType != ComponentTypeKHR.Float16Khr
                || shape.CType != ComponentTypeKHR.Float32Khr
                || shape.ResultType != ComponentTypeKHR.Float32Khr
                || shape.SaturatingAccumulation
                || shape.Scope != ScopeKHR.SubgroupKhr
                // Weights are packed in units of 8 along K; the sizes that exist are 8, 16 and 32.
                || shape.KSize % 8 != 0
                || !IsSize(shape.MSize) || !IsSize(shape.NSize) || !IsSize(shape.KSize))
            {
                continue;
            }

            var candidate = new CooperativeMatrixShape((int)shape.MSize, (int)shape.NSize, (int)shape.KSize, (int)subgroupSize);
            if (best is null || Distance(candidate) < Distance(best))
            {
                best = candidate;
            }
        }

        return best;
    }

    private static bool IsSize(uint size) => size is >= 8 and <= 64 && uint.IsPow2(size);

    private static int Distance(CooperativeMatrixShape shape) =>
        Math.Abs(int.Log2(shape.Rows) - 4) + Math.Abs(int.Log2(shape.Columns) - 4) + Math.Abs(int.Log2(shape.Depth) - 4);
}
