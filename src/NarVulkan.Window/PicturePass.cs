using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>The render pass and the pipeline that draw a scene into an image of the window. Owns its Vulkan objects.</summary>
internal sealed unsafe class PicturePass : IDisposable
{
    /// <summary>From this magnification on pixels are shown as squares: blurred, a picture of few pixels only looks out of focus.</summary>
    private const double SharpFrom = 3;

    // As BACKGROUND of picture.frag.
    private static readonly ClearValue Background = new() { Color = new ClearColorValue { Float32_0 = 0.09f, Float32_1 = 0.09f, Float32_2 = 0.10f, Float32_3 = 1 } };

    private readonly WindowDevice device;
    private readonly Sampler smooth, sharp;
    private readonly DescriptorSetLayout setLayout;
    private readonly PipelineLayout layout;
    private readonly Pipeline pipeline;

    public PicturePass(WindowDevice device, Format format)
    {
        this.device = device;
        try
        {
            RenderPass = CreateRenderPass(format);
            smooth = CreateSampler(Filter.Linear);
            sharp = CreateSampler(Filter.Nearest);
            setLayout = CreateSetLayout();
            layout = CreateLayout();
            pipeline = CreatePipeline();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public RenderPass RenderPass { get; }

    /// <summary>Binding 0: the pictures, with their sampler; binding 1: states of tokens.</summary>
    public DescriptorSetLayout SetLayout => setLayout;

    /// <summary>The sampler for pictures of a width that take so many pixels of the window.</summary>
    public Sampler SamplerFor(int width, double shownWidth) => shownWidth >= SharpFrom * width ? sharp : smooth;

    /// <summary>Records the pass: the background, and the scene where there is one.</summary>
    /// <param name="commands">Recording, outside a render pass.</param>
    /// <param name="framebuffer">The window's image.</param>
    /// <param name="extent">Its size.</param>
    /// <param name="set">Pictures and tokens; ignored without a scene.</param>
    /// <param name="box">Where the pictures lie; null: background only.</param>
    /// <param name="parameters">What the shader is told; ignored without a scene.</param>
    public void Record(CommandBuffer commands, Framebuffer framebuffer, Extent2D extent, DescriptorSet set, Letterbox? box, PictureParameters parameters)
    {
        ClearValue clear = Background;
        RenderPassBeginInfo begin = new()
        {
            SType = StructureType.RenderPassBeginInfo,
            RenderPass = RenderPass,
            Framebuffer = framebuffer,
            RenderArea = new Rect2D { Extent = extent },
            ClearValueCount = 1,
            PClearValues = &clear,
        };
        device.Vk.CmdBeginRenderPass(commands, &begin, SubpassContents.Inline);
        if (box is { } place)
        {
            Viewport viewport = new() { X = place.X, Y = place.Y, Width = place.Width, Height = place.Height, MaxDepth = 1 };
            Rect2D scissor = new()
            {
                Offset = new Offset2D { X = place.X, Y = place.Y },
                Extent = new Extent2D { Width = (uint)place.Width, Height = (uint)place.Height },
            };
            device.Vk.CmdBindPipeline(commands, PipelineBindPoint.Graphics, pipeline);
            device.Vk.CmdSetViewport(commands, 0, 1, &viewport);
            device.Vk.CmdSetScissor(commands, 0, 1, &scissor);
            device.Vk.CmdBindDescriptorSets(commands, PipelineBindPoint.Graphics, layout, 0, 1, &set, 0, null);
            device.Vk.CmdPushConstants(commands, layout, ShaderStageFlags.FragmentBit, 0, (uint)sizeof(PictureParameters), &parameters);
            device.Vk.CmdDraw(commands, 3, 1, 0, 0);
        }
        device.Vk.CmdEndRenderPass(commands);
    }

    public void Dispose()
    {
        device.Vk.DestroyPipeline(device.Handle, pipeline, null);
        device.Vk.DestroyPipelineLayout(device.Handle, layout, null);
        device.Vk.DestroyDescriptorSetLayout(device.Handle, setLayout, null);
        device.Vk.DestroySampler(device.Handle, sharp, null);
        device.Vk.DestroySampler(device.Handle, smooth, null);
        device.Vk.DestroyRenderPass(device.Handle, RenderPass, null);
    }

    private RenderPass CreateRenderPass(Format format)
    {
        AttachmentDescription attachment = new()
        {
            Format = format,
            Samples = SampleCountFlags.Count1Bit,
            LoadOp = AttachmentLoadOp.Clear,
            StoreOp = AttachmentStoreOp.Store,
            StencilLoadOp = AttachmentLoadOp.DontCare,
            StencilStoreOp = AttachmentStoreOp.DontCare,
            InitialLayout = ImageLayout.Undefined,
            FinalLayout = ImageLayout.PresentSrcKhr,
        };
        AttachmentReference reference = new() { Attachment = 0, Layout = ImageLayout.ColorAttachmentOptimal };
        SubpassDescription subpass = new() { PipelineBindPoint = PipelineBindPoint.Graphics, ColorAttachmentCount = 1, PColorAttachments = &reference };
        // The layout changes when the image has been acquired, which the submission waits for at this stage.
        SubpassDependency acquired = new()
        {
            SrcSubpass = Vk.SubpassExternal,
            SrcStageMask = PipelineStageFlags.ColorAttachmentOutputBit,
            DstStageMask = PipelineStageFlags.ColorAttachmentOutputBit,
            DstAccessMask = AccessFlags.ColorAttachmentWriteBit,
        };
        RenderPassCreateInfo info = new()
        {
            SType = StructureType.RenderPassCreateInfo,
            AttachmentCount = 1,
            PAttachments = &attachment,
            SubpassCount = 1,
            PSubpasses = &subpass,
            DependencyCount = 1,
            PDependencies = &acquired,
        };
        RenderPass pass;
        device.Vk.CreateRenderPass(device.Handle, &info, null, &pass).Check("vkCreateRenderPass");
        return pass;
    }

    private Sampler CreateSampler(Filter filter)
    {
        SamplerCreateInfo info = new()
        {
            SType = StructureType.SamplerCreateInfo,
            MagFilter = filter,
            MinFilter = filter,
            AddressModeU = SamplerAddressMode.ClampToEdge,
            AddressModeV = SamplerAddressMode.ClampToEdge,
            AddressModeW = SamplerAddressMode.ClampToEdge,
        };
        Sampler sampler;
        device.Vk.CreateSampler(device.Handle, &info, null, &sampler).Check("vkCreateSampler");
        return sampler;
    }

    private DescriptorSetLayout CreateSetLayout()
    {
        DescriptorSetLayoutBinding* bindings = stackalloc DescriptorSetLayoutBinding[]
        {
            new() { Binding = 0, DescriptorType = DescriptorType.CombinedImageSampler, DescriptorCount = 1, StageFlags = ShaderStageFlags.FragmentBit },
            new() { Binding = 1, DescriptorType = DescriptorType.StorageBuffer, DescriptorCount = 1, StageFlags = ShaderStageFlags.FragmentBit },
        };
        DescriptorSetLayoutCreateInfo info = new() { SType = StructureType.DescriptorSetLayoutCreateInfo, BindingCount = 2, PBindings = bindings };
        DescriptorSetLayout made;
        device.Vk.CreateDescriptorSetLayout(device.Handle, &info, null, &made).Check("vkCreateDescriptorSetLayout");
        return made;
    }

    private PipelineLayout CreateLayout()
    {
        PushConstantRange range = new() { StageFlags = ShaderStageFlags.FragmentBit, Size = (uint)sizeof(PictureParameters) };
        DescriptorSetLayout set = setLayout;
        PipelineLayoutCreateInfo info = new()
        {
            SType = StructureType.PipelineLayoutCreateInfo,
            SetLayoutCount = 1,
            PSetLayouts = &set,
            PushConstantRangeCount = 1,
            PPushConstantRanges = &range,
        };
        PipelineLayout made;
        device.Vk.CreatePipelineLayout(device.Handle, &info, null, &made).Check("vkCreatePipelineLayout");
        return made;
    }

    private Pipeline CreatePipeline()
    {
        using NativeStrings text = new();
        byte* main = text.Add("main");
        ShaderModule vertex = ShaderResource.Load(device, "picture.vert"), fragment = default;
        try
        {
            fragment = ShaderResource.Load(device, "picture.frag");
            PipelineShaderStageCreateInfo* stages = stackalloc PipelineShaderStageCreateInfo[]
            {
                new() { SType = StructureType.PipelineShaderStageCreateInfo, Stage = ShaderStageFlags.VertexBit, Module = vertex, PName = main },
                new() { SType = StructureType.PipelineShaderStageCreateInfo, Stage = ShaderStageFlags.FragmentBit, Module = fragment, PName = main },
            };
            PipelineVertexInputStateCreateInfo input = new() { SType = StructureType.PipelineVertexInputStateCreateInfo };
            PipelineInputAssemblyStateCreateInfo assembly = new() { SType = StructureType.PipelineInputAssemblyStateCreateInfo, Topology = PrimitiveTopology.TriangleList };
            PipelineViewportStateCreateInfo viewport = new() { SType = StructureType.PipelineViewportStateCreateInfo, ViewportCount = 1, ScissorCount = 1 };
            PipelineRasterizationStateCreateInfo raster = new()
            {
                SType = StructureType.PipelineRasterizationStateCreateInfo,
                PolygonMode = PolygonMode.Fill,
                CullMode = CullModeFlags.None,
                LineWidth = 1,
            };
            PipelineMultisampleStateCreateInfo multisample = new() { SType = StructureType.PipelineMultisampleStateCreateInfo, RasterizationSamples = SampleCountFlags.Count1Bit };
            PipelineColorBlendAttachmentState write = new() { ColorWriteMask = ColorComponentFlags.RBit | ColorComponentFlags.GBit | ColorComponentFlags.BBit | ColorComponentFlags.ABit };
            PipelineColorBlendStateCreateInfo blend = new() { SType = StructureType.PipelineColorBlendStateCreateInfo, AttachmentCount = 1, PAttachments = &write };
            DynamicState* states = stackalloc DynamicState[] { DynamicState.Viewport, DynamicState.Scissor };
            PipelineDynamicStateCreateInfo dynamic = new() { SType = StructureType.PipelineDynamicStateCreateInfo, DynamicStateCount = 2, PDynamicStates = states };
            GraphicsPipelineCreateInfo info = new()
            {
                SType = StructureType.GraphicsPipelineCreateInfo,
                StageCount = 2,
                PStages = stages,
                PVertexInputState = &input,
                PInputAssemblyState = &assembly,
                PViewportState = &viewport,
                PRasterizationState = &raster,
                PMultisampleState = &multisample,
                PColorBlendState = &blend,
                PDynamicState = &dynamic,
                Layout = layout,
                RenderPass = RenderPass,
            };
            Pipeline made;
            device.Vk.CreateGraphicsPipelines(device.Handle, default, 1, &info, null, &made).Check("vkCreateGraphicsPipelines");
            return made;
        }
        finally
        {
            device.Vk.DestroyShaderModule(device.Handle, vertex, null);
            device.Vk.DestroyShaderModule(device.Handle, fragment, null);
        }
    }
}
