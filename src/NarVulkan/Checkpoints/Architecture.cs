namespace NarVulkan.Checkpoints;

/// <summary>Families of published token generators.</summary>
internal enum Architecture
{
    /// <summary>NAR, class to image.</summary>
    NarClassToImage,

    /// <summary>NAR, text to image.</summary>
    NarTextToImage,

    /// <summary>NAR, class to video.</summary>
    NarClassToVideo,

    /// <summary>NAR, video frame prediction.</summary>
    NarFramePrediction,

    /// <summary>PAR, class to image.</summary>
    ParClassToImage,

    /// <summary>LlamaGen, class to image.</summary>
    LlamaGenClassToImage,

    /// <summary>LlamaGen, text to image.</summary>
    LlamaGenTextToImage,

    /// <summary>LARP's raster generator, class to video.</summary>
    LarpClassToVideo,
}
