using System.Reflection;
using System.Runtime.InteropServices;
using NarVulkan.Decoding;
using NarVulkan.Tests.Kernels.Spirv;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>Compares every compiled shader with what the host believes of it.</summary>
public sealed class HostShaderAgreementTests
{
    // Shader, and SampledBuffer of the texel paths, which every device has.
    private static readonly uint[] AllowedCapabilities = [1, 46];

    // GroupNonUniform and GroupNonUniformShuffle: only in variants that DeviceProfile chooses where the device has them.
    private static readonly uint[] ShuffleCapabilities = [61, 65];

    // Float16, GroupNonUniform, StorageBuffer16BitAccess, VulkanMemoryModel, CooperativeMatrixKHR: likewise.
    private static readonly uint[] CooperativeCapabilities = [9, 61, 4433, 5345, 6022];

    // DotProductInput4x8BitPacked, DotProduct: likewise.
    private static readonly uint[] DotProductCapabilities = [6018, 6019];

    public static TheoryData<string> Modules() => [.. ModuleNames()];

    [Fact]
    public void Descriptions_OfAllKernels_AreTheCompiledModules()
    {
        Assert.Equal(
            ModuleNames().Order(StringComparer.Ordinal),
            KernelConventions.Descriptions().Select(description => description.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void PushConstants_OfEveryVariant_HaveTheLayoutOfTheHostsStruct(string name)
    {
        var stem = name.Split('.')[0];
        var members = Read(name).PushConstants();
        var parameters = KernelConventions.Parameters(stem);
        Assert.NotNull(parameters);
        var fields = Fields(parameters);

        Assert.Equal(fields.Select(field => field.Name), KernelConventions.DeclaredScalars($"params/{stem}.glsl").Select(FieldName));
        Assert.Equal(fields.Select(field => new SpirvMember(Kind(field), Offset(field))), members);
        Assert.Equal((uint)Marshal.SizeOf(parameters), members[^1].Offset + 4);
        Assert.Equal((uint)Marshal.SizeOf(parameters), Description(name).PushConstantBytes);
        Assert.InRange(members[^1].Offset + 4, 4u, 128u);
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Bindings_OfEveryVariant_AreUsedAsTheHostDeclares(string name)
    {
        var declared = Description(name).Bindings;
        var bindings = Read(name).Bindings();

        Assert.Equal(Enumerable.Range(0, declared.Length).Select(number => (uint)number), bindings.Keys);
        for (var number = 0; number < declared.Length; number++)
        {
            var expected = new SpirvBinding(declared[number].Access == BindingAccess.UniformTexel, declared[number].Reads, declared[number].Writes);
            Assert.True(expected == bindings[(uint)number], $"binding {number} of {name}: the host declares {expected}, the shader {bindings[(uint)number]}");
        }
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Module_OfEveryVariant_NeedsNoOptionalFeature(string name)
    {
        var module = Read(name);

        uint[] allowed =
            name.EndsWith("-shuffle", StringComparison.Ordinal) || name.EndsWith("-broadcast", StringComparison.Ordinal)
                || (name.StartsWith("matmul_tiled", StringComparison.Ordinal) && name.EndsWith("-texel", StringComparison.Ordinal)) ? [.. AllowedCapabilities, .. ShuffleCapabilities]
            : name.Contains("integer", StringComparison.Ordinal) ? [.. AllowedCapabilities, .. DotProductCapabilities]
            : name.Contains("cooperative", StringComparison.Ordinal) ? [.. AllowedCapabilities, .. CooperativeCapabilities]
            : AllowedCapabilities;
        Assert.All(module.Capabilities, capability => Assert.Contains(capability, allowed));

        // The least that Vulkan lets maxComputeWorkGroupInvocations be.
        Assert.InRange(module.WorkgroupInvocations(), 1u, 128u);
    }

    [Theory]
    [InlineData("sample.draw", 1)]
    [InlineData("sample.probabilities", 1)]
    [InlineData("vote_features", 7)]
    public void SamplingParameters_InEveryShaderThatReadsThem_HaveTheHostsLayout(string name, uint binding)
    {
        var members = Read(name).BufferMembers(binding);
        var fields = Fields(typeof(SamplingParameters));
        var declared = KernelConventions.DeclaredScalars("shared/sampling_parameters.glsl").Select(FieldName).ToList();

        Assert.Equal(fields.Select(field => field.Name), declared.Take(fields.Count));
        // What follows the block in the sampling shaders is the streams, an array without a size.
        members = [.. members.Where(member => member.Offset < 64)];
        Assert.All(declared.Skip(fields.Count), spare => Assert.StartsWith("Spare", spare));
        Assert.Equal(fields.Select(field => new SpirvMember(Kind(field), Offset(field))), members.Take(fields.Count));
        Assert.Equal(64, Marshal.SizeOf<SamplingParameters>());
        Assert.Equal(60u, members[^1].Offset);
    }

    private static IEnumerable<string> ModuleNames() =>
        Directory.GetFiles(Path.Combine(KernelConventions.ShaderFolder, "compiled"), "*.spv").Select(path => Path.GetFileNameWithoutExtension(path)!);

    private static ShaderDescription Description(string name) =>
        KernelConventions.Descriptions().Single(description => description.Name == name);

    private static SpirvModule Read(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(KernelConventions.ShaderFolder, "compiled", name + ".spv"));
        return SpirvModule.Read(MemoryMarshal.Cast<byte, uint>(bytes));
    }

    private static List<FieldInfo> Fields(Type type) =>
        [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public).OrderBy(field => Offset(field))];

    private static uint Offset(FieldInfo field) => (uint)Marshal.OffsetOf(field.DeclaringType!, field.Name);

    private static string FieldName(string scalar) => char.ToUpperInvariant(scalar[0]) + scalar[1..];

    private static SpirvMemberKind Kind(FieldInfo field) =>
        field.FieldType == typeof(uint) ? SpirvMemberKind.UInt
        : field.FieldType == typeof(int) ? SpirvMemberKind.Int
        : field.FieldType == typeof(float) ? SpirvMemberKind.Float
        : SpirvMemberKind.Other;
}
