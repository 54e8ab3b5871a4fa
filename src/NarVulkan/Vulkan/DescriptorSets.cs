using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// The descriptor sets of one recording. Equal bindings under the same shader share a set: a recorded chain repeats
/// the same few bindings for every step and layer.
/// </summary>
internal sealed unsafe class DescriptorSets(VulkanDevice device, string name) : IDisposable
{
    private const uint SetsPerPool = 64;
    private const uint StorageBuffersPerSet = 12;
    private const uint TexelBuffersPerSet = 4;

    private readonly List<DescriptorPool> _pools = [];
    private readonly Dictionary<Key, DescriptorSet> _sets = [];
    private uint _setsLeft;
    private uint _storageLeft;
    private uint _texelLeft;

    public int Count => _sets.Count;

    public static DescriptorType TypeOf(BindingAccess access) =>
        access == BindingAccess.UniformTexel ? DescriptorType.UniformTexelBuffer : DescriptorType.StorageBuffer;

    public DescriptorSet Get(ComputePipeline pipeline, ReadOnlySpan<BufferBinding> bindings)
    {
        var key = new Key(pipeline, bindings.ToArray());
        if (!_sets.TryGetValue(key, out var set))
        {
            set = Allocate(pipeline);
            Write(set, pipeline.Shader, bindings);
            _sets.Add(key, set);
        }

        return set;
    }

    public void Dispose()
    {
        foreach (var pool in _pools)
        {
            device.Api.DestroyDescriptorPool(device.Handle, pool, null);
        }

        _pools.Clear();
        _sets.Clear();
    }

    private DescriptorSet Allocate(ComputePipeline pipeline)
    {
        var texels = (uint)pipeline.Shader.Bindings.Count(b => b.Access == BindingAccess.UniformTexel);
        var storage = (uint)pipeline.Shader.Bindings.Length - texels;
        if (_setsLeft == 0 || _storageLeft < storage || _texelLeft < texels)
        {
            AddPool();
        }

        _setsLeft--;
        _storageLeft -= storage;
        _texelLeft -= texels;
        var layout = pipeline.SetLayout;
        var info = new DescriptorSetAllocateInfo
        {
            SType = StructureType.DescriptorSetAllocateInfo,
            DescriptorPool = _pools[^1],
            DescriptorSetCount = 1,
            PSetLayouts = &layout,
        };
        DescriptorSet set;
        device.Api.AllocateDescriptorSets(device.Handle, &info, &set).ThrowOnError("vkAllocateDescriptorSets", name);
        device.Name(ObjectType.DescriptorSet, set.Handle, pipeline.Shader.Name);
        return set;
    }

    private void AddPool()
    {
        (_setsLeft, _storageLeft, _texelLeft) = (SetsPerPool, SetsPerPool * StorageBuffersPerSet, SetsPerPool * TexelBuffersPerSet);
        var sizes = stackalloc DescriptorPoolSize[2]
        {
            new DescriptorPoolSize { Type = DescriptorType.StorageBuffer, DescriptorCount = _storageLeft },
            new DescriptorPoolSize { Type = DescriptorType.UniformTexelBuffer, DescriptorCount = _texelLeft },
        };
        var info = new DescriptorPoolCreateInfo
        {
            SType = StructureType.DescriptorPoolCreateInfo,
            MaxSets = SetsPerPool,
            PoolSizeCount = 2,
            PPoolSizes = sizes,
        };
        DescriptorPool pool;
        device.Api.CreateDescriptorPool(device.Handle, &info, null, &pool).ThrowOnError("vkCreateDescriptorPool", name);
        device.Name(ObjectType.DescriptorPool, pool.Handle, name);
        _pools.Add(pool);
    }

    private void Write(DescriptorSet set, ShaderDescription shader, ReadOnlySpan<BufferBinding> bindings)
    {
        if (bindings.Length == 0)
        {
            return;
        }

        var writes = stackalloc WriteDescriptorSet[bindings.Length];
        var buffers = stackalloc DescriptorBufferInfo[bindings.Length];
        var views = stackalloc BufferView[bindings.Length];
        for (var i = 0; i < bindings.Length; i++)
        {
            var binding = bindings[i];
            writes[i] = new WriteDescriptorSet
            {
                SType = StructureType.WriteDescriptorSet,
                DstSet = set,
                DstBinding = (uint)i,
                DescriptorCount = 1,
                DescriptorType = TypeOf(shader.Bindings[i].Access),
            };
            if (shader.Bindings[i].Access == BindingAccess.UniformTexel)
            {
                views[i] = binding.Buffer.TexelView(binding.TexelFormat);
                writes[i].PTexelBufferView = &views[i];
            }
            else
            {
                buffers[i] = new DescriptorBufferInfo { Buffer = binding.Buffer.Handle, Offset = binding.Offset, Range = binding.Length };
                writes[i].PBufferInfo = &buffers[i];
            }
        }

        device.Api.UpdateDescriptorSets(device.Handle, (uint)bindings.Length, writes, 0, null);
    }

    private readonly struct Key(ComputePipeline pipeline, BufferBinding[] bindings) : IEquatable<Key>
    {
        private readonly ComputePipeline _pipeline = pipeline;
        private readonly BufferBinding[] _bindings = bindings;

        public bool Equals(Key other) => ReferenceEquals(_pipeline, other._pipeline) && _bindings.AsSpan().SequenceEqual(other._bindings);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_pipeline);
            foreach (var binding in _bindings)
            {
                hash.Add(binding.Buffer);
                hash.Add(binding.Offset);
                hash.Add(binding.Size);
                hash.Add((int)binding.TexelFormat);
            }

            return hash.ToHashCode();
        }
    }
}
