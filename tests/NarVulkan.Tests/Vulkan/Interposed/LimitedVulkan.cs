using Silk.NET.Core.Contexts;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// A driver that offers no more than <see cref="DeviceLimits"/>: says so when it is asked, and fails what goes beyond all the same, with a line on
/// standard error. NARVK_TEST_LIMITS=1 puts it under every test that opens a device.
/// </summary>
internal sealed unsafe class LimitedVulkan : InterposedVulkan
{
    private readonly LimitEnforcer _enforcer = new();

    private LimitedVulkan(INativeContext loader)
        : base(loader)
    {
    }

    private delegate void TakesPointer(nint handle, void* value);

    private delegate void Frees(nint device, ulong memory, void* allocator);

    private delegate void Updates(nint device, uint count, WriteDescriptorSet* writes, uint copyCount, void* copies);

    private delegate void Enumerates(nint handle, uint* count, void* values);

    private delegate Result EnumeratesExtensions(nint device, byte* layer, uint* count, ExtensionProperties* properties);

    private delegate Result Creates(nint owner, void* info, void* allocator, ulong* created);

    private delegate Result CreatesPipelines(nint device, ulong cache, uint count, ComputePipelineCreateInfo* infos, void* allocator, ulong* pipelines);

    /// <summary>Whether the tests of this process are to run on it.</summary>
    public static bool IsAskedFor => Environment.GetEnvironmentVariable("NARVK_TEST_LIMITS") == "1";

    /// <summary>The system's loader behind lowered limits.</summary>
    public static Vk Load() => new(new LimitedVulkan(Vk.GetApi().Context));

    protected override Delegate? Replace(string command, nint real) => command switch
    {
        "vkGetPhysicalDeviceProperties" => new TakesPointer((device, value) =>
        {
            ((delegate* unmanaged<nint, void*, void>)real)(device, value);
            DeviceLimits.Lower(ref ((PhysicalDeviceProperties*)value)->Limits);
        }),
        "vkGetPhysicalDeviceProperties2" or "vkGetPhysicalDeviceProperties2KHR" => new TakesPointer((device, value) =>
        {
            ((delegate* unmanaged<nint, void*, void>)real)(device, value);
            LoweredChains.LowerProperties((ChainLink*)value);
        }),
        "vkGetPhysicalDeviceFeatures2" or "vkGetPhysicalDeviceFeatures2KHR" => new TakesPointer((device, value) =>
        {
            ((delegate* unmanaged<nint, void*, void>)real)(device, value);
            LoweredChains.HideFeatures((ChainLink*)value);
        }),
        "vkGetPhysicalDeviceQueueFamilyProperties" => new Enumerates((device, count, values) =>
        {
            ((delegate* unmanaged<nint, uint*, void*, void>)real)(device, count, values);
            for (var i = 0; values is not null && i < *count; i++)
            {
                ((QueueFamilyProperties*)values)[i].QueueCount = 1;
                ((QueueFamilyProperties*)values)[i].TimestampValidBits = 0;
            }
        }),
        "vkEnumerateDeviceExtensionProperties" => new EnumeratesExtensions((device, layer, count, properties) =>
            EnumerateExtensions((delegate* unmanaged<nint, byte*, uint*, ExtensionProperties*, Result>)real, device, layer, count, properties)),
        "vkCreateDevice" => new Creates((device, info, allocator, created) =>
            _enforcer.Refusal((DeviceCreateInfo*)info) is { } why ? LimitEnforcer.Refuse(why) : ((delegate* unmanaged<nint, void*, void*, ulong*, Result>)real)(device, info, allocator, created)),
        "vkCreatePipelineLayout" => new Creates((device, info, allocator, created) =>
            LimitEnforcer.Refusal((PipelineLayoutCreateInfo*)info) is { } why ? LimitEnforcer.Refuse(why) : ((delegate* unmanaged<nint, void*, void*, ulong*, Result>)real)(device, info, allocator, created)),
        "vkCreateDescriptorSetLayout" => new Creates((device, info, allocator, created) =>
            LimitEnforcer.Refusal((DescriptorSetLayoutCreateInfo*)info) is { } why ? LimitEnforcer.Refuse(why) : ((delegate* unmanaged<nint, void*, void*, ulong*, Result>)real)(device, info, allocator, created)),
        "vkCreateBufferView" => new Creates((device, info, allocator, created) =>
            LimitEnforcer.Refusal((BufferViewCreateInfo*)info) is { } why ? LimitEnforcer.Refuse(why) : ((delegate* unmanaged<nint, void*, void*, ulong*, Result>)real)(device, info, allocator, created)),
        // The queue has no timestamps.
        "vkCreateQueryPool" => new Creates((device, info, allocator, created) =>
            ((QueryPoolCreateInfo*)info)->QueryType == QueryType.Timestamp ? LimitEnforcer.Refuse("timestamps") : ((delegate* unmanaged<nint, void*, void*, ulong*, Result>)real)(device, info, allocator, created)),
        "vkAllocateMemory" => new Creates((device, info, allocator, created) =>
        {
            if (_enforcer.Refusal((MemoryAllocateInfo*)info) is { } why)
            {
                return LimitEnforcer.Refuse(why);
            }

            var result = ((delegate* unmanaged<nint, void*, void*, ulong*, Result>)real)(device, info, allocator, created);
            _enforcer.Allocated(result == Result.Success ? 1 : 0);
            return result;
        }),
        "vkFreeMemory" => new Frees((device, memory, allocator) =>
        {
            ((delegate* unmanaged<nint, ulong, void*, void>)real)(device, memory, allocator);
            _enforcer.Allocated(memory == 0 ? 0 : -1);
        }),
        // It returns nothing that could be failed: the binding is left out, and validation or the result tells.
        "vkUpdateDescriptorSets" => new Updates((device, count, writes, copyCount, copies) =>
        {
            if (LimitEnforcer.Refusal(writes, count) is { } why)
            {
                LimitEnforcer.Refuse(why);
                return;
            }

            ((delegate* unmanaged<nint, uint, WriteDescriptorSet*, uint, void*, void>)real)(device, count, writes, copyCount, copies);
        }),
        "vkCreateShaderModule" => new Creates((device, info, allocator, created) =>
        {
            var result = ((delegate* unmanaged<nint, void*, void*, ulong*, Result>)real)(device, info, allocator, created);
            if (result == Result.Success)
            {
                _enforcer.Remember(*created, (ShaderModuleCreateInfo*)info);
            }

            return result;
        }),
        "vkCreateComputePipelines" => new CreatesPipelines((device, cache, count, infos, allocator, pipelines) =>
            _enforcer.Refusal(infos, count) is { } why ? LimitEnforcer.Refuse(why) : ((delegate* unmanaged<nint, ulong, uint, ComputePipelineCreateInfo*, void*, ulong*, Result>)real)(device, cache, count, infos, allocator, pipelines)),
        _ => null,
    };

    // The call asks how many there are, or for as many as there is room for: the same list, shorter, either way.
    private static Result EnumerateExtensions(
        delegate* unmanaged<nint, byte*, uint*, ExtensionProperties*, Result> real, nint device, byte* layer, uint* count, ExtensionProperties* properties)
    {
        uint all = 0;
        var result = real(device, layer, &all, null);
        if (result != Result.Success)
        {
            return result;
        }

        var found = new ExtensionProperties[all];
        fixed (ExtensionProperties* pointer = found)
        {
            result = real(device, layer, &all, pointer);
        }

        if (result != Result.Success)
        {
            return result;
        }

        var left = found[..(int)all].Where(extension => !DeviceLimits.HiddenExtensions.Contains(Name(extension))).ToArray();
        var room = properties is null ? left.Length : (int)Math.Min(*count, (uint)left.Length);
        if (properties is not null)
        {
            left.AsSpan(0, room).CopyTo(new Span<ExtensionProperties>(properties, room));
        }

        *count = (uint)room;
        return room < left.Length ? Result.Incomplete : Result.Success;
    }

    private static string Name(ExtensionProperties extension) => NarVulkan.Vulkan.NativeText.Read(extension.ExtensionName);
}
