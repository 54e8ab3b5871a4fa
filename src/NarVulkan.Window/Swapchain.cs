using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan.Windowing;

/// <summary>The images of a window, with a framebuffer and a semaphore each. Owns all of it; disposed when the queue is idle.</summary>
internal sealed unsafe class Swapchain : IDisposable
{
    private readonly WindowDevice device;
    private readonly List<ImageView> views = [];
    private readonly List<Framebuffer> framebuffers = [];
    private readonly List<VkSemaphore> rendered = [];

    private Swapchain(WindowDevice device, SwapchainKHR handle, Extent2D extent) => (this.device, Handle, Extent) = (device, handle, extent);

    public SwapchainKHR Handle { get; }

    public Extent2D Extent { get; }

    /// <summary>The format of the window's images: one whose bytes are shown as they are, where there is a choice.</summary>
    public static SurfaceFormatKHR ChooseFormat(WindowDevice device)
    {
        uint count = 0;
        device.Instance.SurfaceApi.GetPhysicalDeviceSurfaceFormats(device.PhysicalDevice, device.Instance.Surface, &count, null).Check("vkGetPhysicalDeviceSurfaceFormatsKHR");
        var formats = new SurfaceFormatKHR[count];
        fixed (SurfaceFormatKHR* first = formats)
        {
            device.Instance.SurfaceApi.GetPhysicalDeviceSurfaceFormats(device.PhysicalDevice, device.Instance.Surface, &count, first).Check("vkGetPhysicalDeviceSurfaceFormatsKHR");
        }
        foreach (SurfaceFormatKHR format in formats)
        {
            if (format.Format is Format.B8G8R8A8Unorm or Format.R8G8B8A8Unorm && format.ColorSpace == ColorSpaceKHR.SpaceSrgbNonlinearKhr)
            {
                return format;
            }
        }
        return formats.Length > 0 ? formats[0] : throw new DeviceException("the device offers no image format for this window");
    }

    /// <summary>Images of the window's present size; null while it has none (minimised).</summary>
    /// <param name="width">Framebuffer width as the window knows it, for systems where the images decide the window's size.</param>
    /// <param name="old">What it replaces, which the caller disposes afterwards; null for the first.</param>
    public static Swapchain? Create(WindowDevice device, RenderPass pass, SurfaceFormatKHR format, uint width, uint height, Swapchain? old)
    {
        SurfaceCapabilitiesKHR surface;
        device.Instance.SurfaceApi.GetPhysicalDeviceSurfaceCapabilities(device.PhysicalDevice, device.Instance.Surface, &surface).Check("vkGetPhysicalDeviceSurfaceCapabilitiesKHR");
        Extent2D extent = surface.CurrentExtent.Width != uint.MaxValue
            ? surface.CurrentExtent
            : new Extent2D
            {
                Width = Math.Clamp(width, surface.MinImageExtent.Width, surface.MaxImageExtent.Width),
                Height = Math.Clamp(height, surface.MinImageExtent.Height, surface.MaxImageExtent.Height),
            };
        if (extent.Width == 0 || extent.Height == 0)
        {
            return null;
        }
        uint wanted = surface.MinImageCount + 1;
        SwapchainCreateInfoKHR info = new()
        {
            SType = StructureType.SwapchainCreateInfoKhr,
            Surface = device.Instance.Surface,
            MinImageCount = surface.MaxImageCount == 0 ? wanted : Math.Min(wanted, surface.MaxImageCount),
            ImageFormat = format.Format,
            ImageColorSpace = format.ColorSpace,
            ImageExtent = extent,
            ImageArrayLayers = 1,
            ImageUsage = ImageUsageFlags.ColorAttachmentBit,
            ImageSharingMode = SharingMode.Exclusive,
            PreTransform = surface.CurrentTransform,
            CompositeAlpha = Lowest(surface.SupportedCompositeAlpha),
            // The one mode that every device has; it never tears.
            PresentMode = PresentModeKHR.FifoKhr,
            Clipped = true,
            OldSwapchain = old?.Handle ?? default,
        };
        SwapchainKHR handle;
        device.SwapchainApi.CreateSwapchain(device.Handle, &info, null, &handle).Check("vkCreateSwapchainKHR");
        Swapchain made = new(device, handle, extent);
        try
        {
            made.AddImages(pass, format.Format);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public Framebuffer FramebufferOf(uint image) => framebuffers[(int)image];

    /// <summary>Signalled when an image has been rendered: it is presented then.</summary>
    public VkSemaphore RenderedOf(uint image) => rendered[(int)image];

    public void Dispose()
    {
        framebuffers.ForEach(framebuffer => device.Vk.DestroyFramebuffer(device.Handle, framebuffer, null));
        views.ForEach(view => device.Vk.DestroyImageView(device.Handle, view, null));
        rendered.ForEach(semaphore => device.Vk.DestroySemaphore(device.Handle, semaphore, null));
        device.SwapchainApi.DestroySwapchain(device.Handle, Handle, null);
    }

    // Opaque comes first in the order of the bits; one of them is always set.
    private static CompositeAlphaFlagsKHR Lowest(CompositeAlphaFlagsKHR supported) => (CompositeAlphaFlagsKHR)((int)supported & -(int)supported);

    private void AddImages(RenderPass pass, Format format)
    {
        uint count = 0;
        device.SwapchainApi.GetSwapchainImages(device.Handle, Handle, &count, null).Check("vkGetSwapchainImagesKHR");
        var images = new Image[count];
        fixed (Image* first = images)
        {
            device.SwapchainApi.GetSwapchainImages(device.Handle, Handle, &count, first).Check("vkGetSwapchainImagesKHR");
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
            device.Vk.CreateImageView(device.Handle, &viewInfo, null, &view).Check("vkCreateImageView");
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
            device.Vk.CreateFramebuffer(device.Handle, &framebufferInfo, null, &framebuffer).Check("vkCreateFramebuffer");
            framebuffers.Add(framebuffer);
            SemaphoreCreateInfo semaphoreInfo = new() { SType = StructureType.SemaphoreCreateInfo };
            VkSemaphore semaphore;
            device.Vk.CreateSemaphore(device.Handle, &semaphoreInfo, null, &semaphore).Check("vkCreateSemaphore");
            rendered.Add(semaphore);
        }
    }
}
