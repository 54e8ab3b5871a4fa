using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using Silk.NET.Vulkan;

namespace SpinningCube;

/// <summary>Draws the cube: a render pass, a pipeline, and the descriptor set of the clip. An ordinary textured mesh, but that its texture is NarVulkan's.</summary>
internal sealed unsafe class CubePass : IDisposable
{
    private readonly HostDevice host;
    private readonly Sampler sampler;
    private readonly ImageView clip;
    private readonly DescriptorSetLayout setLayout;
    private readonly DescriptorPool pool;
    private readonly DescriptorSet set;
    private readonly PipelineLayout layout;
    private readonly Pipeline pipeline;

    public CubePass(HostDevice host, Format format, NarVulkan.NarTexture texture)
    {
        this.host = host;
        RenderPass = CreateRenderPass(format);
        sampler = CreateSampler();
        clip = CreateClipView(texture);
        (setLayout, pool, set) = CreateSet();
        layout = CreateLayout();
        pipeline = CreatePipeline();
    }

    public RenderPass RenderPass { get; }

    /// <summary>Records the pass.</summary>
    /// <param name="transform">From the cube's space to clip space; null draws the background alone.</param>
    /// <param name="layer">Frame of the clip.</param>
    public void Record(CommandBuffer commands, Framebuffer framebuffer, Extent2D extent, Matrix4x4? transform, int layer)
    {
        ClearValue clear = new() { Color = new ClearColorValue { Float32_0 = 0.07f, Float32_1 = 0.08f, Float32_2 = 0.11f, Float32_3 = 1 } };
        RenderPassBeginInfo begin = new()
        {
            SType = StructureType.RenderPassBeginInfo,
            RenderPass = RenderPass,
            Framebuffer = framebuffer,
            RenderArea = new Rect2D { Extent = extent },
            ClearValueCount = 1,
            PClearValues = &clear,
        };
        host.Vk.CmdBeginRenderPass(commands, &begin, SubpassContents.Inline);
        if (transform is { } matrix)
        {
            Viewport viewport = new() { Width = extent.Width, Height = extent.Height, MaxDepth = 1 };
            Rect2D scissor = new() { Extent = extent };
            CubeParameters parameters = new() { Transform = matrix, Layer = (uint)layer };
            DescriptorSet bound = set;
            host.Vk.CmdBindPipeline(commands, PipelineBindPoint.Graphics, pipeline);
            host.Vk.CmdSetViewport(commands, 0, 1, &viewport);
            host.Vk.CmdSetScissor(commands, 0, 1, &scissor);
            host.Vk.CmdBindDescriptorSets(commands, PipelineBindPoint.Graphics, layout, 0, 1, &bound, 0, null);
            host.Vk.CmdPushConstants(commands, layout, ShaderStageFlags.VertexBit | ShaderStageFlags.FragmentBit, 0, (uint)sizeof(CubeParameters), &parameters);
            host.Vk.CmdDraw(commands, 36, 1, 0, 0);
        }
        host.Vk.CmdEndRenderPass(commands);
    }

    public void Dispose()
    {
        host.Vk.DestroyPipeline(host.Device, pipeline, null);
        host.Vk.DestroyPipelineLayout(host.Device, layout, null);
        host.Vk.DestroyDescriptorPool(host.Device, pool, null);
        host.Vk.DestroyDescriptorSetLayout(host.Device, setLayout, null);
        host.Vk.DestroyImageView(host.Device, clip, null);
        host.Vk.DestroySampler(host.Device, sampler, null);
        host.Vk.DestroyRenderPass(host.Device, RenderPass, null);
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
            FinalLayout = ImageLayout.PresentSrcKhr,
        };
        AttachmentReference reference = new() { Layout = ImageLayout.ColorAttachmentOptimal };
        SubpassDescription subpass = new() { PipelineBindPoint = PipelineBindPoint.Graphics, ColorAttachmentCount = 1, PColorAttachments = &reference };
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
        host.Vk.CreateRenderPass(host.Device, &info, null, &pass).Require("vkCreateRenderPass");
        return pass;
    }

    private Sampler CreateSampler()
    {
        SamplerCreateInfo info = new()
        {
            SType = StructureType.SamplerCreateInfo,
            MagFilter = Filter.Linear,
            MinFilter = Filter.Linear,
            AddressModeU = SamplerAddressMode.ClampToEdge,
            AddressModeV = SamplerAddressMode.ClampToEdge,
            AddressModeW = SamplerAddressMode.ClampToEdge,
        };
        Sampler made;
        host.Vk.CreateSampler(host.Device, &info, null, &made).Require("vkCreateSampler");
        return made;
    }

    // The image is the library's; the view of it is ours.
    private ImageView CreateClipView(NarVulkan.NarTexture texture)
    {
        ImageViewCreateInfo info = new()
        {
            SType = StructureType.ImageViewCreateInfo,
            Image = texture.Image,
            ViewType = ImageViewType.Type2DArray,
            Format = texture.Format,
            SubresourceRange = new ImageSubresourceRange { AspectMask = ImageAspectFlags.ColorBit, LevelCount = 1, LayerCount = (uint)texture.Layers },
        };
        ImageView view;
        host.Vk.CreateImageView(host.Device, &info, null, &view).Require("vkCreateImageView");
        return view;
    }

    private (DescriptorSetLayout Layout, DescriptorPool Pool, DescriptorSet Set) CreateSet()
    {
        DescriptorSetLayoutBinding binding = new() { DescriptorType = DescriptorType.CombinedImageSampler, DescriptorCount = 1, StageFlags = ShaderStageFlags.FragmentBit };
        DescriptorSetLayoutCreateInfo layoutInfo = new() { SType = StructureType.DescriptorSetLayoutCreateInfo, BindingCount = 1, PBindings = &binding };
        DescriptorSetLayout madeLayout;
        host.Vk.CreateDescriptorSetLayout(host.Device, &layoutInfo, null, &madeLayout).Require("vkCreateDescriptorSetLayout");
        DescriptorPoolSize size = new() { Type = DescriptorType.CombinedImageSampler, DescriptorCount = 1 };
        DescriptorPoolCreateInfo poolInfo = new() { SType = StructureType.DescriptorPoolCreateInfo, MaxSets = 1, PoolSizeCount = 1, PPoolSizes = &size };
        DescriptorPool madePool;
        host.Vk.CreateDescriptorPool(host.Device, &poolInfo, null, &madePool).Require("vkCreateDescriptorPool");
        DescriptorSetAllocateInfo allocation = new() { SType = StructureType.DescriptorSetAllocateInfo, DescriptorPool = madePool, DescriptorSetCount = 1, PSetLayouts = &madeLayout };
        DescriptorSet madeSet;
        host.Vk.AllocateDescriptorSets(host.Device, &allocation, &madeSet).Require("vkAllocateDescriptorSets");
        DescriptorImageInfo image = new() { ImageView = clip, Sampler = sampler, ImageLayout = ImageLayout.ShaderReadOnlyOptimal };
        WriteDescriptorSet write = new()
        {
            SType = StructureType.WriteDescriptorSet,
            DstSet = madeSet,
            DescriptorCount = 1,
            DescriptorType = DescriptorType.CombinedImageSampler,
            PImageInfo = &image,
        };
        host.Vk.UpdateDescriptorSets(host.Device, 1, &write, 0, null);
        return (madeLayout, madePool, madeSet);
    }

    private PipelineLayout CreateLayout()
    {
        PushConstantRange range = new() { StageFlags = ShaderStageFlags.VertexBit | ShaderStageFlags.FragmentBit, Size = (uint)sizeof(CubeParameters) };
        DescriptorSetLayout sets = setLayout;
        PipelineLayoutCreateInfo info = new()
        {
            SType = StructureType.PipelineLayoutCreateInfo,
            SetLayoutCount = 1,
            PSetLayouts = &sets,
            PushConstantRangeCount = 1,
            PPushConstantRanges = &range,
        };
        PipelineLayout made;
        host.Vk.CreatePipelineLayout(host.Device, &info, null, &made).Require("vkCreatePipelineLayout");
        return made;
    }

    private Pipeline CreatePipeline()
    {
        ShaderModule vertex = LoadShader("cube.vert"), fragment = LoadShader("cube.frag");
        fixed (byte* main = "main\0"u8)
        {
            PipelineShaderStageCreateInfo* stages = stackalloc PipelineShaderStageCreateInfo[]
            {
                new() { SType = StructureType.PipelineShaderStageCreateInfo, Stage = ShaderStageFlags.VertexBit, Module = vertex, PName = main },
                new() { SType = StructureType.PipelineShaderStageCreateInfo, Stage = ShaderStageFlags.FragmentBit, Module = fragment, PName = main },
            };
            PipelineVertexInputStateCreateInfo input = new() { SType = StructureType.PipelineVertexInputStateCreateInfo };
            PipelineInputAssemblyStateCreateInfo assembly = new() { SType = StructureType.PipelineInputAssemblyStateCreateInfo, Topology = PrimitiveTopology.TriangleList };
            PipelineViewportStateCreateInfo viewport = new() { SType = StructureType.PipelineViewportStateCreateInfo, ViewportCount = 1, ScissorCount = 1 };
            // A convex body needs no depth buffer: what looks away is not drawn.
            PipelineRasterizationStateCreateInfo raster = new()
            {
                SType = StructureType.PipelineRasterizationStateCreateInfo,
                PolygonMode = PolygonMode.Fill,
                CullMode = CullModeFlags.BackBit,
                FrontFace = FrontFace.Clockwise,
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
            host.Vk.CreateGraphicsPipelines(host.Device, default, 1, &info, null, &made).Require("vkCreateGraphicsPipelines");
            host.Vk.DestroyShaderModule(host.Device, vertex, null);
            host.Vk.DestroyShaderModule(host.Device, fragment, null);
            return made;
        }
    }

    private ShaderModule LoadShader(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".spv")!;
        byte[] code = new byte[stream.Length];
        stream.ReadExactly(code);
        fixed (byte* words = code)
        {
            ShaderModuleCreateInfo info = new() { SType = StructureType.ShaderModuleCreateInfo, CodeSize = (nuint)code.Length, PCode = (uint*)words };
            ShaderModule module;
            host.Vk.CreateShaderModule(host.Device, &info, null, &module).Require("vkCreateShaderModule");
            return module;
        }
    }

    /// <summary>Push constants of the cube's shaders. Rows of the matrix are columns to GLSL, whose vectors stand on the other side: that fits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CubeParameters
    {
        public Matrix4x4 Transform;
        public uint Layer;
    }
}
