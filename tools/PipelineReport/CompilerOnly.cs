using System.Runtime.InteropServices;
using System.Text;
using Silk.NET.Core.Contexts;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.KHR;

namespace PipelineReport;

/// <summary>
/// Stands between the product and the loader: pipelines are created with statistics; device memory is a number, and nothing is
/// bound, recorded, submitted or waited for. Drivers without hardware (RADV with RADV_FORCE_FAMILY) compile, but have no memory
/// types and crash on commands. The functions here are called from native code's point of view, so the state is static: one
/// device at a time.
/// </summary>
internal sealed unsafe class CompilerOnly : INativeContext
{
    private const ulong DeviceBytes = 24UL << 30, HostBytes = 16UL << 30;
    private const uint DeviceType = 0, HostType = 1;

    private static readonly Dictionary<string, nint> Hooks = new(StringComparer.Ordinal)
    {
        ["vkGetInstanceProcAddr"] = (nint)(delegate* unmanaged<nint, byte*, nint>)&GetInstanceProcAddr,
        ["vkGetDeviceProcAddr"] = (nint)(delegate* unmanaged<nint, byte*, nint>)&GetDeviceProcAddr,
        ["vkCreateDevice"] = (nint)(delegate* unmanaged<nint, DeviceCreateInfo*, void*, nint*, Result>)&CreateDevice,
        ["vkCreateComputePipelines"] = (nint)(delegate* unmanaged<nint, ulong, uint, ComputePipelineCreateInfo*, void*, ulong*, Result>)&CreateComputePipelines,
        ["vkGetPhysicalDeviceMemoryProperties"] = (nint)(delegate* unmanaged<nint, PhysicalDeviceMemoryProperties*, void>)&GetPhysicalDeviceMemoryProperties,
        ["vkGetBufferMemoryRequirements"] = (nint)(delegate* unmanaged<nint, ulong, MemoryRequirements*, void>)&GetBufferMemoryRequirements,
        ["vkAllocateMemory"] = (nint)(delegate* unmanaged<nint, MemoryAllocateInfo*, void*, nint*, Result>)&AllocateMemory,
        ["vkMapMemory"] = (nint)(delegate* unmanaged<nint, nint, ulong, ulong, uint, void**, Result>)&MapMemory,
        ["vkFreeMemory"] = (nint)(delegate* unmanaged<nint, nint, void*, void>)&FreeMemory,
        ["vkGetSemaphoreCounterValue"] = (nint)(delegate* unmanaged<nint, ulong, ulong*, Result>)&GetSemaphoreCounterValue,
    };

    private static readonly string[] Skipped =
    [
        "vkBeginCommandBuffer", "vkEndCommandBuffer", "vkResetCommandBuffer", "vkResetCommandPool",
        "vkBindBufferMemory", "vkUnmapMemory", "vkFlushMappedMemoryRanges", "vkInvalidateMappedMemoryRanges", "vkCreateBufferView", "vkDestroyBufferView",
        "vkCreateDescriptorPool", "vkDestroyDescriptorPool", "vkResetDescriptorPool", "vkAllocateDescriptorSets", "vkUpdateDescriptorSets",
        "vkQueueSubmit", "vkQueueSubmit2", "vkQueueWaitIdle", "vkDeviceWaitIdle",
        "vkCreateSemaphore", "vkDestroySemaphore", "vkWaitSemaphores", "vkSignalSemaphore",
        "vkCreateFence", "vkDestroyFence", "vkResetFences", "vkGetFenceStatus", "vkWaitForFences",
        "vkCreateQueryPool", "vkDestroyQueryPool", "vkGetQueryPoolResults", "vkResetQueryPool",
    ];

    private static delegate* unmanaged<nint, byte*, nint> _instanceProcAddr;
    private static delegate* unmanaged<nint, byte*, nint> _deviceProcAddr;
    private static delegate* unmanaged<nint, DeviceCreateInfo*, void*, nint*, Result> _createDevice;
    private static delegate* unmanaged<nint, ulong, uint, ComputePipelineCreateInfo*, void*, ulong*, Result> _createComputePipelines;

    private static delegate* unmanaged<nint, ulong, MemoryRequirements*, void> _bufferMemoryRequirements;

    private readonly INativeContext _loader;

    private CompilerOnly(INativeContext loader)
    {
        _loader = loader;
        _instanceProcAddr = (delegate* unmanaged<nint, byte*, nint>)loader.GetProcAddress("vkGetInstanceProcAddr");
    }

    /// <summary>The commands of the system's loader behind these.</summary>
    public static Vk Load() => new(new CompilerOnly(Vk.GetApi().Context));

    public nint GetProcAddress(string proc, int? slot = null) => Hook(proc) is var hook && hook != 0 ? hook : _loader.GetProcAddress(proc, slot);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        addr = Hook(proc);
        return addr != 0 || _loader.TryGetProcAddress(proc, out addr, slot);
    }

    public void Dispose() => _loader.Dispose();

    private static nint Hook(string command)
    {
        if (Hooks.TryGetValue(command, out nint hook))
        {
            return hook;
        }
        bool skipped = command.StartsWith("vkCmd", StringComparison.Ordinal) || Array.IndexOf(Skipped, command) >= 0;
        return skipped ? (nint)(delegate* unmanaged<Result>)&Skip : 0;
    }

    private static nint Hook(byte* command) => Hook(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(command)));

    /// <summary>Serves commands of any parameters: in every calling convention that Vulkan uses here the caller cleans up.</summary>
    [UnmanagedCallersOnly]
    private static Result Skip() => Result.Success;

    [UnmanagedCallersOnly]
    private static Result GetSemaphoreCounterValue(nint device, ulong semaphore, ulong* value)
    {
        *value = ulong.MaxValue;
        return Result.Success;
    }

    /// <summary>As on a discrete GPU: a heap of its own, and one of the host's.</summary>
    [UnmanagedCallersOnly]
    private static void GetPhysicalDeviceMemoryProperties(nint device, PhysicalDeviceMemoryProperties* properties)
    {
        *properties = new PhysicalDeviceMemoryProperties { MemoryTypeCount = 2, MemoryHeapCount = 2 };
        properties->MemoryHeaps[0] = new MemoryHeap { Size = DeviceBytes, Flags = MemoryHeapFlags.DeviceLocalBit };
        properties->MemoryHeaps[1] = new MemoryHeap { Size = HostBytes };
        properties->MemoryTypes[(int)DeviceType] = new MemoryType { HeapIndex = 0, PropertyFlags = MemoryPropertyFlags.DeviceLocalBit };
        properties->MemoryTypes[(int)HostType] = new MemoryType
        {
            HeapIndex = 1,
            PropertyFlags = MemoryPropertyFlags.HostVisibleBit | MemoryPropertyFlags.HostCoherentBit | MemoryPropertyFlags.HostCachedBit,
        };
    }

    [UnmanagedCallersOnly]
    private static void GetBufferMemoryRequirements(nint device, ulong buffer, MemoryRequirements* requirements)
    {
        _bufferMemoryRequirements(device, buffer, requirements);
        requirements->MemoryTypeBits = (1u << (int)DeviceType) | (1u << (int)HostType);
    }

    /// <summary>The handle is the host's memory itself; the device's has one byte, for an address of its own.</summary>
    [UnmanagedCallersOnly]
    private static Result AllocateMemory(nint device, MemoryAllocateInfo* info, void* allocator, nint* memory)
    {
        *memory = (nint)NativeMemory.AllocZeroed(info->MemoryTypeIndex == HostType ? (nuint)info->AllocationSize : 1);
        return Result.Success;
    }

    [UnmanagedCallersOnly]
    private static Result MapMemory(nint device, nint memory, ulong offset, ulong size, uint flags, void** data)
    {
        *data = (byte*)memory + offset;
        return Result.Success;
    }

    [UnmanagedCallersOnly]
    private static void FreeMemory(nint device, nint memory, void* allocator) => NativeMemory.Free((void*)memory);

    [UnmanagedCallersOnly]
    private static nint GetInstanceProcAddr(nint instance, byte* name)
    {
        nint address = _instanceProcAddr(instance, name);
        if (address == 0 || Hook(name) is not (not 0 and var hook))
        {
            return address;
        }
        Remember(name, address);
        return hook;
    }

    [UnmanagedCallersOnly]
    private static nint GetDeviceProcAddr(nint device, byte* name)
    {
        nint address = _deviceProcAddr(device, name);
        if (address == 0 || Hook(name) is not (not 0 and var hook))
        {
            return address;
        }
        Remember(name, address);
        return hook;
    }

    private static void Remember(byte* name, nint address)
    {
        switch (Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)))
        {
            case "vkGetDeviceProcAddr": _deviceProcAddr = (delegate* unmanaged<nint, byte*, nint>)address; break;
            case "vkCreateDevice": _createDevice = (delegate* unmanaged<nint, DeviceCreateInfo*, void*, nint*, Result>)address; break;
            case "vkGetBufferMemoryRequirements": _bufferMemoryRequirements = (delegate* unmanaged<nint, ulong, MemoryRequirements*, void>)address; break;
            case "vkCreateComputePipelines": _createComputePipelines = (delegate* unmanaged<nint, ulong, uint, ComputePipelineCreateInfo*, void*, ulong*, Result>)address; break;
        }
    }

    [UnmanagedCallersOnly]
    private static Result CreateDevice(nint physicalDevice, DeviceCreateInfo* info, void* allocator, nint* device)
    {
        nint extension = Marshal.StringToCoTaskMemUTF8(KhrPipelineExecutableProperties.ExtensionName);
        var extensions = stackalloc byte*[(int)info->EnabledExtensionCount + 1];
        for (uint i = 0; i < info->EnabledExtensionCount; i++)
        {
            extensions[i] = info->PpEnabledExtensionNames[i];
        }
        extensions[info->EnabledExtensionCount] = (byte*)extension;
        var features = new PhysicalDevicePipelineExecutablePropertiesFeaturesKHR
        {
            SType = StructureType.PhysicalDevicePipelineExecutablePropertiesFeaturesKhr,
            PNext = info->PNext,
            PipelineExecutableInfo = true,
        };
        var extended = *info;
        extended.PNext = &features;
        extended.EnabledExtensionCount++;
        extended.PpEnabledExtensionNames = extensions;
        var result = _createDevice(physicalDevice, &extended, allocator, device);
        Marshal.FreeCoTaskMem(extension);
        return result;
    }

    [UnmanagedCallersOnly]
    private static Result CreateComputePipelines(nint device, ulong cache, uint count, ComputePipelineCreateInfo* infos, void* allocator, ulong* pipelines)
    {
        for (uint i = 0; i < count; i++)
        {
            var info = infos[i];
            info.Flags |= PipelineCreateFlags.CreateCaptureStatisticsBitKhr;
            var result = _createComputePipelines(device, cache, 1, &info, allocator, &pipelines[i]);
            if (result != Result.Success)
            {
                return result;
            }
        }
        return Result.Success;
    }
}
