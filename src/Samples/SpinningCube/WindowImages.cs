using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace SpinningCube;

/// <summary>The swapchain with a framebuffer and a semaphore for each image.</summary>
internal sealed unsafe class WindowImages : IDisposable
{
    private readonly HostDevice host;
    private readonly List<ImageView> views = [];
    private readonly List<Framebuffer> framebuffers = [];
    private readonly List<VkSemaphore> rendered = [];

    private WindowImages(HostDevice host, SwapchainKHR handle, Extent2D extent) => (this.host, Handle, Extent) = (host, handle, extent);

    public SwapchainKHR Handle { get; }

    public Extent2D Extent { get; }

    /// <summary>A format whose bytes are shown as they are, where there is a choice: the clip's bytes are encoded already.</summary>
    public static SurfaceFormatKHR ChooseFormat(HostDevice host)
    {
        uint count = 0;
        host.SurfaceApi.GetPhysicalDeviceSurfaceFormats(host.PhysicalDevice, host.Surface, &count, null).Require("vkGetPhysicalDeviceSurfaceFormatsKHR");
        var formats = new SurfaceFormatKHR[count];
        fixed (SurfaceFormatKHR* first = formats)
        {
            host.SurfaceApi.GetPhysicalDeviceSurfaceFormats(host.PhysicalDevice, host.Surface, &count, first).Require("vkGetPhysicalDeviceSurfaceFormatsKHR");
        }
        int plain = Array.FindIndex(formats, format => format.Format is Format.B8G8R8A8Unorm or Format.R8G8B8A8Unorm);
        return formats[Math.Max(plain, 0)];
    }

    /// <summary>Images of the window's present size; null while it has none. The queue is idle.</summary>
    public static WindowImages? Create(HostDevice host, RenderPass pass, SurfaceFormatKHR format, (int Width, int Height) size, WindowImages? old)
    {
        SurfaceCapabilitiesKHR surface;
        host.SurfaceApi.GetPhysicalDeviceSurfaceCapabilities(host.PhysicalDevice, host.Surface, &surface).Require("vkGetPhysicalDeviceSurfaceCapabilitiesKHR");
        Extent2D extent = surface.CurrentExtent.Width != uint.MaxValue ? surface.CurrentExtent : new Extent2D { Width = (uint)size.Width, Height = (uint)size.Height };
        if (extent.Width == 0 || extent.Height == 0)
        {
            return null;
        }
        uint wanted = surface.MinImageCount + 1;
        SwapchainCreateInfoKHR info = new()
        {
            SType = StructureType.SwapchainCreateInfoKhr,
            Surface = host.Surface,
            MinImageCount = surface.MaxImageCount == 0 ? wanted : Math.Min(wanted, surface.MaxImageCount),
            ImageFormat = format.Format,
            ImageColorSpace = format.ColorSpace,
            ImageExtent = extent,
            ImageArrayLayers = 1,
            ImageUsage = ImageUsageFlags.ColorAttachmentBit,
            ImageSharingMode = SharingMode.Exclusive,
            PreTransform = surface.CurrentTransform,
            CompositeAlpha = CompositeAlphaFlagsKHR.OpaqueBitKhr,
            PresentMode = PresentModeKHR.FifoKhr,
            Clipped = true,
            OldSwapchain = old?.Handle ?? default,
        };
        SwapchainKHR handle;
        host.SwapchainApi.CreateSwapchain(host.Device, &info, null, &handle).Require("vkCreateSwapchainKHR");
        WindowImages made = new(host, handle, extent);
        made.AddImages(pass, format.Format);
        return made;
    }

    public Framebuffer FramebufferOf(uint image) => framebuffers[(int)image];

    public VkSemaphore RenderedOf(uint image) => rendered[(int)image];

    public void Dispose()
    {
        framebuffers.ForEach(framebuffer => host.Vk.DestroyFramebuffer(host.Device, framebuffer, null));
        views.ForEach(view => host.Vk.DestroyImageView(host.Device, view, null));
        rendered.ForEach(semaphore => host.Vk.DestroySemaphore(host.Device, semaphore, null));
        host.SwapchainApi.DestroySwapchain(host.Device, Handle, null);
    }

    private void AddImages(RenderPass pass, Format format)
    {
        uint count = 0;
        host.SwapchainApi.GetSwapchainImages(host.Device, Handle, &count, null).Require("vkGetSwapchainImagesKHR");
        var images = new Image[count];
        fixed (Image* first = images)
        {
            host.SwapchainApi.GetSwapchainImages(host.Device, Handle, &count, first).Require("vkGetSwapchainImagesKHR");
        }
        foreach (Image image in images)
        {
            ImageViewCreateInfo viewInfo = new()
            {
                SType = StructureType.ImageViewCreateInfo,
                Image = image,
                ViewType = ImageViewType.Type2D,
                Format = format,
                SubresourceRange = new ImageSubresourceRange { AspectMask = ImageAspectFlags.ColorBit, LevelCount = 1, LayerCount = 1 },
            };
            ImageView view;
            host.Vk.CreateImageView(host.Device, &viewInfo, null, &view).Require("vkCreateImageView");
            views.Add(view);
            FramebufferCreateInfo framebufferInfo = new()
            {
                SType = StructureType.FramebufferCreateInfo,
                RenderPass = pass,
                AttachmentCount = 1,
                PAttachments = &view,
                Width = Extent.Width,
                Height = Extent.Height,
                Layers = 1,
            };
            Framebuffer framebuffer;
            host.Vk.CreateFramebuffer(host.Device, &framebufferInfo, null, &framebuffer).Require("vkCreateFramebuffer");
            framebuffers.Add(framebuffer);
            SemaphoreCreateInfo semaphoreInfo = new() { SType = StructureType.SemaphoreCreateInfo };
            VkSemaphore semaphore;
            host.Vk.CreateSemaphore(host.Device, &semaphoreInfo, null, &semaphore).Require("vkCreateSemaphore");
            rendered.Add(semaphore);
        }
    }
}
