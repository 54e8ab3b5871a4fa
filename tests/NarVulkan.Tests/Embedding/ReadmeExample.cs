using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Embedding;

/// <summary>The example of README.md, between the two marks; a test compares the two texts.</summary>
internal static class ReadmeExample
{
    public static byte[] Run(
        Vk vk, Instance instance, PhysicalDevice gpu, Device device, Queue queue, uint family, object queueLock, string folder, Func<CommandBuffer> beginFrame, Action<CommandBuffer> submit)
    {
        // begin
        using NarContext nar = NarContext.Create(vk, instance, gpu, device, queue, family, queueLock);
        using NarModel model = NarModel.Load(nar, folder);
        using NarSession session = model.CreateSession();
        using NarTexture texture = session.CreateTexture();   // RGBA8, a layer for each frame
        session.Begin(new NarGenerationRequest { Classes = [3], Seed = 7, Sampling = model.Info.Sampling });
        for (bool decoded = false; !decoded;)                  // the game's loop
        {
            CommandBuffer commands = beginFrame();
            bool decoding = session.IsComplete;
            NarRecording part = decoding
                ? session.RecordDecode(commands, texture, NarBudget.Milliseconds(2))
                : session.RecordStep(commands, NarBudget.Milliseconds(2));
            // ... the game draws with texture.Image as soon as it was decoded once ...
            submit(commands);                                  // to the queue, holding queueLock
            session.Signal(part);
            decoded = decoding && part.IsComplete;
        }
        // end
        var rgba = new byte[texture.Layers * texture.Height * texture.Width * 4];
        texture.CopyTo(rgba);
        return rgba;
    }
}
