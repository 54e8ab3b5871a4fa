using NarVulkan;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.KHR;

namespace PipelineReport;

/// <summary>Asks the driver about compiled pipelines (VK_KHR_pipeline_executable_properties).</summary>
internal sealed unsafe class StatisticsReader
{
    private readonly VulkanDevice _device;
    private readonly KhrPipelineExecutableProperties _functions;

    /// <exception cref="DeviceException">The driver tells nothing about its pipelines.</exception>
    public StatisticsReader(VulkanDevice device)
    {
        _device = device;
        _functions = device.Api.TryGetDeviceExtension(device.Instance, device.Handle, out KhrPipelineExecutableProperties functions)
            ? functions
            : throw new DeviceException($"{device.Profile.Name} has no {KhrPipelineExecutableProperties.ExtensionName}: its driver tells nothing about its pipelines");
    }

    /// <summary>The statistics of a pipeline's only executable.</summary>
    /// <exception cref="DeviceException">The driver fails, or says nothing.</exception>
    public PipelineStatistics Read(string name, ComputePipeline pipeline)
    {
        var pipelineInfo = new PipelineInfoKHR { SType = StructureType.PipelineInfoKhr, Pipeline = pipeline.Handle };
        uint executables = 1;
        var properties = new PipelineExecutablePropertiesKHR { SType = StructureType.PipelineExecutablePropertiesKhr };
        var result = _functions.GetPipelineExecutableProperties(_device.Handle, &pipelineInfo, &executables, &properties);
        if (result != Result.Incomplete)
        {
            result.ThrowOnError("vkGetPipelineExecutablePropertiesKHR", name);
        }

        var info = new PipelineExecutableInfoKHR { SType = StructureType.PipelineExecutableInfoKhr, Pipeline = pipeline.Handle };
        uint count = 0;
        _functions.GetPipelineExecutableStatistic(_device.Handle, &info, &count, null).ThrowOnError("vkGetPipelineExecutableStatisticsKHR", name);
        var statistics = new PipelineExecutableStatisticKHR[count];
        var values = new List<(string, double)>();
        fixed (PipelineExecutableStatisticKHR* pointer = statistics)
        {
            for (var i = 0; i < count; i++)
            {
                pointer[i].SType = StructureType.PipelineExecutableStatisticKhr;
            }

            _functions.GetPipelineExecutableStatistic(_device.Handle, &info, &count, pointer).ThrowOnError("vkGetPipelineExecutableStatisticsKHR", name);
            for (var i = 0; i < count; i++)
            {
                values.Add((NativeText.Read(pointer[i].Name), Value(pointer[i])));
            }
        }

        return values.Count > 0
            ? new PipelineStatistics(properties.SubgroupSize, values)
            : throw new DeviceException($"{_device.Profile.Name} kept no statistics of pipeline {name}");
    }

    private static double Value(in PipelineExecutableStatisticKHR statistic) => statistic.Format switch
    {
        PipelineExecutableStatisticFormatKHR.Bool32Khr => statistic.Value.B32 ? 1 : 0,
        PipelineExecutableStatisticFormatKHR.Int64Khr => statistic.Value.I64,
        PipelineExecutableStatisticFormatKHR.Uint64Khr => statistic.Value.U64,
        _ => statistic.Value.F64,
    };
}
