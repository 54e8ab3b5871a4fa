using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>What is to be shown: an image of the device and the state of its tokens. The image belongs to whoever shows it.</summary>
/// <param name="Image">RGBA8, one layer for each frame of each sample, layer = sample * frames + frame; in the layout for reading in shaders.</param>
/// <param name="Width">Pixel columns of a sample.</param>
/// <param name="Height">Pixel rows of a sample.</param>
/// <param name="Frames">Frames of a sample.</param>
/// <param name="Samples">Samples.</param>
/// <param name="FramesPerSecond">Playing speed of clips.</param>
/// <param name="Ready">When the image has its content; of no semaphore where it has it already.</param>
/// <param name="Tokens">State of the tokens.</param>
internal sealed record Scene(Image Image, int Width, int Height, int Frames, int Samples, double FramesPerSecond, NarTimelinePoint Ready, TokenGrid Tokens);
