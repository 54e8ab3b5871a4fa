using Silk.NET.Vulkan;
using VkBuffer = Silk.NET.Vulkan.Buffer;

namespace NarVulkan.Vulkan;

/// <summary>
/// All device memory goes through here: arenas of 64 to 256 MiB per memory type, a block of its own for anything larger.
/// Keeps bytes in use and their peak, per role and in all.
/// </summary>
internal sealed unsafe class DeviceAllocator : IDisposable
{
    private const ulong SmallestArena = 64UL << 20;
    private const ulong LargestArena = 256UL << 20;

    private readonly Vk _api;
    private readonly Device _device;
    private readonly DeviceProfile _profile;
    private readonly PhysicalDeviceMemoryProperties _memory;
    private readonly List<MemoryBlock> _blocks = [];
    private readonly HashSet<IDeviceResource> _live = [];
    private readonly Dictionary<string, RoleUsage> _roles = [];
    private readonly Lock _lock = new();

    public DeviceAllocator(Vk api, Device device, PhysicalDeviceMemoryProperties memory, DeviceProfile profile)
    {
        _api = api;
        _device = device;
        _memory = memory;
        _profile = profile;
        ArenaBytes = Math.Min(Math.Clamp(profile.DeviceLocalBytes / 64, SmallestArena, LargestArena), profile.MaxAllocationSize);
    }

    /// <summary>Size of one arena in bytes.</summary>
    public ulong ArenaBytes { get; }

    public ulong UsedBytes { get; private set; }

    public ulong PeakBytes { get; private set; }

    /// <summary>Bytes of the blocks that buffers lie in, parts that none has included.</summary>
    public ulong AllocatedBytes
    {
        get
        {
            lock (_lock)
            {
                return _blocks.Aggregate(0UL, (sum, block) => sum + block.Bytes);
            }
        }
    }

    public int BlockCount
    {
        get
        {
            lock (_lock)
            {
                return _blocks.Count;
            }
        }
    }

    /// <summary>Roles of the buffers that are alive, sorted, one entry for each buffer.</summary>
    public IReadOnlyList<string> LiveRoles
    {
        get
        {
            lock (_lock)
            {
                return [.. _live.Select(b => b.Role).Order(StringComparer.Ordinal)];
            }
        }
    }

    public IReadOnlyList<RoleUsage> Usage
    {
        get
        {
            lock (_lock)
            {
                return [.. _roles.Values.OrderByDescending(r => r.PeakBytes)];
            }
        }
    }

    /// <summary>Finds memory for a buffer and binds it.</summary>
    /// <exception cref="DeviceException">Larger than one allocation may be, or out of memory.</exception>
    public (MemoryBlock Block, ulong Offset, ulong Bytes) Bind(VkBuffer buffer, string role, BufferUse use)
    {
        MemoryRequirements needed;
        _api.GetBufferMemoryRequirements(_device, buffer, &needed);
        if (needed.Size > _profile.MaxAllocationSize)
        {
            throw new DeviceException(
                $"buffer '{role}' needs {Mebibytes(needed.Size)}, one allocation of {_profile.Name} holds at most {Mebibytes(_profile.MaxAllocationSize)}: use fewer samples at a time or half-precision weights");
        }

        lock (_lock)
        {
            var type = ChooseType(needed.MemoryTypeBits, use);
            var (block, offset) = Take(type, needed.Size, needed.Alignment, role);
            var result = _api.BindBufferMemory(_device, buffer, block.Memory, offset);
            if (result != Result.Success)
            {
                Return(block, offset, needed.Size);
                result.ThrowOnError("vkBindBufferMemory", role);
            }

            return (block, offset, needed.Size);
        }
    }

    /// <summary>Binds an image to memory of its own: buffers and images side by side would have to keep a distance (bufferImageGranularity).</summary>
    /// <exception cref="DeviceException">Larger than one allocation may be, or out of memory.</exception>
    public (MemoryBlock Block, ulong Bytes) Bind(Image image, string role)
    {
        MemoryRequirements needed;
        _api.GetImageMemoryRequirements(_device, image, &needed);
        if (needed.Size > _profile.MaxAllocationSize)
        {
            throw new DeviceException(
                $"image '{role}' needs {Mebibytes(needed.Size)}, one allocation of {_profile.Name} holds at most {Mebibytes(_profile.MaxAllocationSize)}: use fewer samples at a time");
        }

        lock (_lock)
        {
            var type = FindType(needed.MemoryTypeBits, MemoryPropertyFlags.DeviceLocalBit, BufferUse.Storage) ?? FindType(needed.MemoryTypeBits, MemoryPropertyFlags.None, BufferUse.Storage)
                ?? throw new DeviceException($"{_profile.Name} has no memory type for an image: its driver breaks the Vulkan specification");
            var block = Allocate(type, needed.Size, dedicated: true, role);
            _blocks.Add(block);
            block.Arena.TryTake(needed.Size, 1, out _);
            var result = _api.BindImageMemory(_device, image, block.Memory, 0);
            if (result != Result.Success)
            {
                Return(block, 0, needed.Size);
                result.ThrowOnError("vkBindImageMemory", role);
            }

            return (block, needed.Size);
        }
    }

    public void Register(IDeviceResource buffer)
    {
        lock (_lock)
        {
            _live.Add(buffer);
            UsedBytes += buffer.MemoryBytes;
            PeakBytes = Math.Max(PeakBytes, UsedBytes);
            var bytes = _roles.GetValueOrDefault(buffer.Role).Bytes + buffer.MemoryBytes;
            _roles[buffer.Role] = new RoleUsage(buffer.Role, bytes, Math.Max(bytes, _roles.GetValueOrDefault(buffer.Role).PeakBytes));
        }
    }

    public void Release(IDeviceResource buffer, MemoryBlock block, ulong offset)
    {
        lock (_lock)
        {
            if (!_live.Remove(buffer))
            {
                throw new InvalidOperationException($"buffer '{buffer.Role}' does not belong to this device");
            }

            UsedBytes -= buffer.MemoryBytes;
            _roles[buffer.Role] = _roles[buffer.Role] with { Bytes = _roles[buffer.Role].Bytes - buffer.MemoryBytes };
            Return(block, offset, buffer.MemoryBytes);
        }
    }

    /// <summary>Frees all memory; every buffer must have been disposed before.</summary>
    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            _api.FreeMemory(_device, block.Memory, null);
        }

        _blocks.Clear();
    }

    public static string Mebibytes(ulong bytes) => $"{bytes / 1048576.0:0.#} MiB";

    private (MemoryBlock Block, ulong Offset) Take(uint type, ulong bytes, ulong alignment, string role)
    {
        foreach (var block in _blocks)
        {
            if (block.TypeIndex == type && !block.Dedicated && block.Arena.TryTake(bytes, alignment, out var offset))
            {
                return (block, offset);
            }
        }

        var dedicated = bytes > ArenaBytes;
        var added = Allocate(type, dedicated ? bytes : ArenaBytes, dedicated, role);
        _blocks.Add(added);
        added.Arena.TryTake(bytes, alignment, out var first);
        return (added, first);
    }

    private void Return(MemoryBlock block, ulong offset, ulong bytes)
    {
        block.Arena.Return(offset, bytes);
        // One empty arena of a type stays for the next buffer; blocks of single large buffers go back at once.
        var spare = _blocks.Exists(b => b != block && b.TypeIndex == block.TypeIndex && !b.Dedicated && b.Arena.IsEmpty);
        if (block.Arena.IsEmpty && (block.Dedicated || spare))
        {
            _blocks.Remove(block);
            _api.FreeMemory(_device, block.Memory, null);
        }
    }

    private MemoryBlock Allocate(uint type, ulong bytes, bool dedicated, string role)
    {
        if (_blocks.Count >= _profile.MaxMemoryAllocationCount)
        {
            Result.ErrorTooManyObjects.ThrowOnError("vkAllocateMemory", role);
        }

        var info = new MemoryAllocateInfo
        {
            SType = StructureType.MemoryAllocateInfo,
            AllocationSize = bytes,
            MemoryTypeIndex = type,
        };
        DeviceMemory memory;
        var result = _api.AllocateMemory(_device, &info, null, &memory);
        if (result == Result.ErrorOutOfDeviceMemory)
        {
            throw new DeviceMemoryException(
                $"out of device memory: '{role}' needs a block of {Mebibytes(bytes)} and {Mebibytes(UsedBytes)} are in use on {_profile.Name}, whose memory is {Mebibytes(_profile.DeviceLocalBytes)}: use fewer samples at a time, half-precision weights, or another device (--device)");
        }

        result.ThrowOnError("vkAllocateMemory", role);
        void* mapped = null;
        var flags = _memory.MemoryTypes[(int)type].PropertyFlags;
        if ((flags & MemoryPropertyFlags.HostVisibleBit) != 0)
        {
            result = _api.MapMemory(_device, memory, 0, Vk.WholeSize, 0, &mapped);
            if (result != Result.Success)
            {
                _api.FreeMemory(_device, memory, null);
                result.ThrowOnError("vkMapMemory", role);
            }

            if (_profile.IsSoftware)
            {
                HugePages.Advise((nint)mapped, bytes);
            }
        }

        return new MemoryBlock(memory, type, bytes, (byte*)mapped, (flags & MemoryPropertyFlags.HostCachedBit) != 0, dedicated);
    }

    /// <summary>
    /// The first type that has all that is preferred, else the first that has what is required. Host-visible memory is
    /// always coherent (the specification guarantees such a type), so nothing is ever flushed or invalidated.
    /// </summary>
    private uint ChooseType(uint allowed, BufferUse use)
    {
        const MemoryPropertyFlags Coherent = MemoryPropertyFlags.HostVisibleBit | MemoryPropertyFlags.HostCoherentBit;
        var (preferred, required) = use switch
        {
            BufferUse.Upload => (Coherent, Coherent),
            BufferUse.Readback => (Coherent | MemoryPropertyFlags.HostCachedBit, Coherent),
            _ when _profile.UnifiedMemory => (Coherent | MemoryPropertyFlags.DeviceLocalBit, MemoryPropertyFlags.None),
            _ => (MemoryPropertyFlags.DeviceLocalBit, MemoryPropertyFlags.None),
        };
        return FindType(allowed, preferred, use) ?? FindType(allowed, required, use)
            ?? throw new DeviceException($"{_profile.Name} has no memory type for a buffer of use {use}: its driver breaks the Vulkan specification");
    }

    private uint? FindType(uint allowed, MemoryPropertyFlags wanted, BufferUse use)
    {
        // A buffer that only kernels touch takes memory without host access where there is a choice (staging was forced, or a small BAR).
        var avoided = use is BufferUse.Storage or BufferUse.Texel && !_profile.UnifiedMemory
            ? MemoryPropertyFlags.HostVisibleBit
            : MemoryPropertyFlags.None;
        // Other kinds are not for plain buffers (lazily allocated, protected) or need a feature enabled (AMD's device-coherent memory).
        const MemoryPropertyFlags Plain = MemoryPropertyFlags.DeviceLocalBit | MemoryPropertyFlags.HostVisibleBit
            | MemoryPropertyFlags.HostCoherentBit | MemoryPropertyFlags.HostCachedBit;
        uint? second = null;
        for (var i = 0; i < (int)_memory.MemoryTypeCount; i++)
        {
            var flags = _memory.MemoryTypes[i].PropertyFlags;
            if ((allowed & 1u << i) == 0 || (flags & wanted) != wanted || (flags & ~Plain) != 0)
            {
                continue;
            }

            if ((flags & avoided) == 0)
            {
                return (uint)i;
            }

            second ??= (uint)i;
        }

        return second;
    }
}
