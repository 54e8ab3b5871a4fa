using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Multiply-adds in registers, for measuring the device: <c>shaders/multiply_add.comp</c>.</summary>
internal sealed class MultiplyAddKernel(VulkanDevice device)
{
    /// <summary>Invocations of a workgroup.</summary>
    public const int GroupSize = 64;

    /// <summary>Independent chains of an invocation.</summary>
    public const int Chains = 8;

    /// <summary>Multiply-adds that each chain takes in a round.</summary>
    public const int PerRound = 8;

    internal static readonly ShaderDescription Shader = Describe<MultiplyAddParameters>("multiply_add", null, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Multiply-adds of a dispatch.</summary>
    public static double MultiplyAdds(int groups, int rounds) => (double)groups * GroupSize * Chains * PerRound * rounds;

    /// <summary>y[i] = sum over the chains c of what (i mod 8) + c becomes after so many rounds of a * multiplier + addend.</summary>
    /// <param name="y">Float32 [groups * 64].</param>
    public void Record(CommandRecorder recorder, DeviceBuffer y, int groups, int rounds, float multiplier, float addend)
    {
        var parameters = new MultiplyAddParameters { Rounds = (uint)rounds, Multiplier = multiplier, Addend = addend };
        recorder.Dispatch(_pipeline, [new(y)], parameters, (uint)groups, work: MultiplyAdds(groups, rounds));
    }
}
