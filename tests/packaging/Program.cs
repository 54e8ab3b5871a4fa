using NarVulkan;
using NarVulkan.Windowing;
using Silk.NET.Vulkan;

// Scratch FOLDER TOKENS: generates a clip with the model in FOLDER, step by step, decodes it on the device, and writes its tokens, one a line.
// Scratch: opens a window, and says why not where there is no display.
if (args.Length == 0)
{
    try
    {
        using PictureWindow window = PictureWindow.Open();
        Console.WriteLine("a window");
    }
    catch (DeviceException e) when (OperatingSystem.IsLinux())
    {
        Console.WriteLine(e.Message);
    }
    return 0;
}
using NarContext context = NarContext.Create();
using NarModel model = NarModel.Load(context, args[0]);
using NarSession session = model.CreateSession();
using NarTexture texture = session.CreateTexture();
await foreach (NarStep step in session.GenerateAsync(new NarGenerationRequest
{
    Classes = [3],
    Seed = 7,
    // The command line's stream for the first sample of class 3.
    Streams = [(3 + 1) << 16],
    Sampling = model.Info.Sampling,
}))
{
    Console.WriteLine($"step {step.Index + 1} of {step.StepCount}: {step.TokensDone} of {step.TokenCount} tokens");
}
session.Decode(texture);
var rgba = new byte[texture.Layers * texture.Height * texture.Width * 4];
texture.CopyTo(rgba);
// Silk.NET's types are part of the API: they must come with the package.
Image image = texture.Image;
if (image.Handle == 0 || texture.Format != Format.R8G8B8A8Unorm || rgba.Chunk(4).Any(pixel => pixel[3] != 255) || rgba.Distinct().Count() < 16)
{
    Console.Error.WriteLine("the texture holds no picture");
    return 1;
}
File.WriteAllLines(args[1], session.ReadTokens().Select(token => token.ToString()));
return 0;
