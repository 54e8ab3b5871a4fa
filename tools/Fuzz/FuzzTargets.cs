using NarVulkan.Checkpoints;
using NarVulkan.Fuzz.Targets;

namespace NarVulkan.Fuzz;

/// <summary>All readers of files that come from elsewhere.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new TorchZipTarget(),
        new TorchLegacyTarget(),
        new SafetensorsTarget(),
        new IndexTarget(),
        new FolderTarget("manifest", ModelFolder.ManifestName, Architecture.NarClassToImage),
        new FolderTarget("hub-image", HubFolderReader.ConfigName, Architecture.NarClassToImage),
        new FolderTarget("hub-video", HubFolderReader.ConfigName, Architecture.LarpClassToVideo),
        new LarpConfigTarget(),
        new NpyTarget(),
        new PngTarget(),
        new JournalTarget(),
        new SpieceTarget(),
        new TokenizerJsonTarget(),
    ];
}
