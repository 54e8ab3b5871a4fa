using System.Diagnostics;
using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// Compiles pipelines at first use, or several at once ahead of it, and keeps them; the driver's cache is loaded from disk and saved back
/// when it grew.
/// </summary>
internal sealed unsafe class PipelineLibrary : IDisposable
{
    private readonly VulkanDevice _device;
    private readonly ShaderLibrary _shaders;
    private readonly PipelineCacheFile _file;
    private readonly Dictionary<string, ComputePipeline> _pipelines = [];
    private readonly PipelineCache _cache;
    private readonly PipelineCompiler _compiler = new();
    private readonly Lock _lock = new();
    private bool _ahead;
    private bool _grown;

    public PipelineLibrary(VulkanDevice device, ShaderLibrary shaders, PipelineCacheFile file)
    {
        _device = device;
        _shaders = shaders;
        _file = file;
        var saved = file.Load();
        var result = CreateCache(saved, out _cache);
        if ((int)result < 0 && saved.Length > 0)
        {
            // The cache only saves time: data that the driver chokes on must not stop the run.
            file.Reject(result.ToString());
            saved = [];
            result = CreateCache(saved, out _cache);
        }

        result.ThrowOnError("vkCreatePipelineCache");
        LoadedCacheBytes = saved.Length;
    }

    /// <summary>Bytes of driver cache that were found on disk.</summary>
    public int LoadedCacheBytes { get; }

    /// <summary>Pipelines compiled so far.</summary>
    public int CompiledCount { get; private set; }

    /// <summary>Time spent in compilation so far, over all threads.</summary>
    public TimeSpan CompileTime { get; private set; }

    /// <summary>What kept the cache from being read or written, in one line; null when nothing did.</summary>
    public string? CacheProblem => _file.Problem;

    /// <summary>Every pipeline compiled so far, by its shader's name and its specialisation constants in brackets.</summary>
    public IReadOnlyList<(string Name, ComputePipeline Pipeline)> Compiled
    {
        get
        {
            lock (_lock)
            {
                return [.. _pipelines.Select(entry => (entry.Key, entry.Value))];
            }
        }
    }

    /// <summary>The driver's cache on disk; null: none is kept.</summary>
    public string? CachePath => _file.Path;

    /// <summary>The words of a shader's module.</summary>
    public uint[] Code(ShaderDescription shader) => _shaders.Load(shader);

    /// <summary>The pipeline of a shader with these specialisation constants, compiled at most once.</summary>
    /// <param name="shader">The shader.</param>
    /// <param name="specializationConstants">Constants with constant_id 0, 1, ...: 32 bits each, floats as their bits.</param>
    /// <param name="subgroupSize">
    /// The workgroup is whole subgroups of this size (the device must have <see cref="DeviceProfile.CooperativeMatrix"/>); 0: what the driver prefers.
    /// </param>
    public ComputePipeline Get(ShaderDescription shader, ReadOnlySpan<uint> specializationConstants, uint subgroupSize = 0)
    {
        var key = $"{shader.Name}[{string.Join(',', specializationConstants.ToArray())}]{(subgroupSize == 0 ? "" : $"/{subgroupSize}")}";
        ComputePipeline? pipeline;
        lock (_lock)
        {
            if (!_pipelines.TryGetValue(key, out pipeline))
            {
                pipeline = Describe(shader, specializationConstants.ToArray(), subgroupSize, key);
                _pipelines.Add(key, pipeline);
            }
        }

        if (_ahead)
        {
            _compiler.Add(pipeline);
        }
        else
        {
            // Not under the library's lock: other pipelines may be compiled meanwhile.
            _ = pipeline.Handle;
        }

        return pipeline;
    }

    /// <summary>
    /// Pipelines that <paramref name="request"/> asks for are compiled in parallel, behind the caller's back; it returns before they are done.
    /// Binding one of them waits for it. One thread at a time.
    /// </summary>
    public void CompileAhead(Action request)
    {
        _ahead = true;
        try
        {
            request();
        }
        finally
        {
            _ahead = false;
        }
    }

    /// <summary>Writes the driver's cache to disk when pipelines were compiled since it was read.</summary>
    public void Save()
    {
        // What was begun may be worth keeping, and a later run will want it.
        _compiler.Dispose();
        lock (_lock)
        {
            if (!_grown || _file.Path is null)
            {
                return;
            }

            _grown = false;
            nuint size = 0;
            var result = _device.Api.GetPipelineCacheData(_device.Handle, _cache, &size, null);
            var data = new byte[size];
            fixed (byte* pointer = data)
            {
                result = result == Result.Success ? _device.Api.GetPipelineCacheData(_device.Handle, _cache, &size, pointer) : result;
            }

            // The cache only saves time: a driver that will not give it away (out of memory, device lost) stops nothing.
            if (result == Result.Success)
            {
                _file.Save(data.AsSpan(0, (int)size));
            }
        }
    }

    public void Dispose()
    {
        _compiler.Dispose();
        foreach (var pipeline in _pipelines.Values)
        {
            if (pipeline.IsCompiled)
            {
                _device.Api.DestroyPipeline(_device.Handle, pipeline.Handle, null);
            }

            _device.Api.DestroyPipelineLayout(_device.Handle, pipeline.Layout, null);
            _device.Api.DestroyDescriptorSetLayout(_device.Handle, pipeline.SetLayout, null);
        }

        _pipelines.Clear();
        _device.Api.DestroyPipelineCache(_device.Handle, _cache, null);
    }

    private ComputePipeline Describe(ShaderDescription shader, uint[] constants, uint subgroupSize, string key)
    {
        Check(shader);
        var code = _shaders.Load(shader);
        var setLayout = CreateSetLayout(shader);
        try
        {
            var layout = CreateLayout(shader, setLayout);
            return new ComputePipeline(shader, layout, setLayout, () => Compile(shader, code, constants, subgroupSize, layout, key));
        }
        catch (DeviceException)
        {
            _device.Api.DestroyDescriptorSetLayout(_device.Handle, setLayout, null);
            throw;
        }
    }

    private Pipeline Compile(ShaderDescription shader, uint[] code, uint[] constants, uint subgroupSize, PipelineLayout layout, string key)
    {
        var clock = Stopwatch.StartNew();
        var pipeline = CreatePipeline(shader, code, constants, subgroupSize, layout);
        lock (_lock)
        {
            CompileTime += clock.Elapsed;
            CompiledCount++;
            _grown = true;
        }

        _device.Name(ObjectType.Pipeline, pipeline.Handle, key);
        return pipeline;
    }

    private Result CreateCache(byte[] saved, out PipelineCache cache)
    {
        fixed (byte* data = saved)
        fixed (PipelineCache* pointer = &cache)
        {
            var info = new PipelineCacheCreateInfo
            {
                SType = StructureType.PipelineCacheCreateInfo,
                InitialDataSize = (nuint)saved.Length,
                PInitialData = saved.Length == 0 ? null : data,
            };
            return _device.Api.CreatePipelineCache(_device.Handle, &info, null, pointer);
        }
    }

    private void Check(ShaderDescription shader)
    {
        var profile = _device.Profile;
        if (shader.PushConstantBytes > profile.MaxPushConstantBytes || shader.PushConstantBytes % 4 != 0)
        {
            throw new DeviceException(
                $"shader {shader.Name} has {shader.PushConstantBytes} bytes of push constants, {profile.Name} takes a multiple of 4 up to {profile.MaxPushConstantBytes}");
        }

        var storageBuffers = shader.Bindings.Count(b => b.Access != BindingAccess.UniformTexel);
        if (storageBuffers > profile.MaxStorageBuffersPerShader)
        {
            throw new DeviceException(
                $"shader {shader.Name} binds {storageBuffers} storage buffers, {profile.Name} takes at most {profile.MaxStorageBuffersPerShader}: choose another device with --device");
        }
    }

    private DescriptorSetLayout CreateSetLayout(ShaderDescription shader)
    {
        var bindings = stackalloc DescriptorSetLayoutBinding[Math.Max(shader.Bindings.Length, 1)];
        for (var i = 0; i < shader.Bindings.Length; i++)
        {
            bindings[i] = new DescriptorSetLayoutBinding
            {
                Binding = (uint)i,
                DescriptorType = DescriptorSets.TypeOf(shader.Bindings[i].Access),
                DescriptorCount = 1,
                StageFlags = ShaderStageFlags.ComputeBit,
            };
        }

        var info = new DescriptorSetLayoutCreateInfo
        {
            SType = StructureType.DescriptorSetLayoutCreateInfo,
            BindingCount = (uint)shader.Bindings.Length,
            PBindings = bindings,
        };
        DescriptorSetLayout layout;
        _device.Api.CreateDescriptorSetLayout(_device.Handle, &info, null, &layout).ThrowOnError("vkCreateDescriptorSetLayout", shader.Name);
        return layout;
    }

    private PipelineLayout CreateLayout(ShaderDescription shader, DescriptorSetLayout setLayout)
    {
        var range = new PushConstantRange { StageFlags = ShaderStageFlags.ComputeBit, Offset = 0, Size = shader.PushConstantBytes };
        var info = new PipelineLayoutCreateInfo
        {
            SType = StructureType.PipelineLayoutCreateInfo,
            SetLayoutCount = 1,
            PSetLayouts = &setLayout,
            PushConstantRangeCount = shader.PushConstantBytes == 0 ? 0u : 1u,
            PPushConstantRanges = &range,
        };
        PipelineLayout layout;
        _device.Api.CreatePipelineLayout(_device.Handle, &info, null, &layout).ThrowOnError("vkCreatePipelineLayout", shader.Name);
        return layout;
    }

    private Pipeline CreatePipeline(ShaderDescription shader, uint[] code, ReadOnlySpan<uint> constants, uint subgroupSize, PipelineLayout layout)
    {
        using var text = new NativeText();
        var entries = stackalloc SpecializationMapEntry[Math.Max(constants.Length, 1)];
        for (var i = 0; i < constants.Length; i++)
        {
            entries[i] = new SpecializationMapEntry { ConstantID = (uint)i, Offset = (uint)(i * sizeof(uint)), Size = sizeof(uint) };
        }

        fixed (uint* constantData = constants)
        fixed (uint* words = code)
        {
            var moduleInfo = new ShaderModuleCreateInfo
            {
                SType = StructureType.ShaderModuleCreateInfo,
                CodeSize = (nuint)code.Length * sizeof(uint),
                PCode = words,
            };
            ShaderModule module;
            _device.Api.CreateShaderModule(_device.Handle, &moduleInfo, null, &module).ThrowOnError("vkCreateShaderModule", shader.Name);
            var specialization = new SpecializationInfo
            {
                MapEntryCount = (uint)constants.Length,
                PMapEntries = entries,
                DataSize = (nuint)constants.Length * sizeof(uint),
                PData = constantData,
            };
            var size = new PipelineShaderStageRequiredSubgroupSizeCreateInfo
            {
                SType = StructureType.PipelineShaderStageRequiredSubgroupSizeCreateInfo,
                RequiredSubgroupSize = subgroupSize,
            };
            var info = new ComputePipelineCreateInfo
            {
                SType = StructureType.ComputePipelineCreateInfo,
                Stage = new PipelineShaderStageCreateInfo
                {
                    SType = StructureType.PipelineShaderStageCreateInfo,
                    PNext = subgroupSize == 0 ? null : &size,
                    Flags = subgroupSize == 0 ? 0 : PipelineShaderStageCreateFlags.RequireFullSubgroupsBit,
                    Stage = ShaderStageFlags.ComputeBit,
                    Module = module,
                    PName = text.Add("main"),
                    PSpecializationInfo = constants.Length == 0 ? null : &specialization,
                },
                Layout = layout,
            };
            Pipeline pipeline;
            var result = _device.Api.CreateComputePipelines(_device.Handle, _cache, 1, &info, null, &pipeline);
            _device.Api.DestroyShaderModule(_device.Handle, module, null);
            result.ThrowOnError("vkCreateComputePipelines", shader.Name);
            return pipeline;
        }
    }
}
