using NarVulkan.Models;

namespace NarVulkan;

/// <summary>Checks what callers hand over to be decoded into.</summary>
internal static class TextureCheck
{
    /// <exception cref="InvalidRequestException">The texture was made in another context.</exception>
    public static void IsOf(NarTexture texture, NarContext context)
    {
        if (texture.Context != context)
        {
            throw new InvalidRequestException("the texture belongs to another context; create it with a session of the same one.");
        }
    }

    /// <exception cref="InvalidRequestException">The texture is not of so many samples of this size.</exception>
    public static void Holds(NarTexture texture, int samples, PixelShape shape)
    {
        if ((texture.Samples, texture.Frames, texture.Height, texture.Width) != (samples, shape.Frames, shape.Height, shape.Width))
        {
            throw new InvalidRequestException(
                $"a texture of {texture.Samples} sample(s) of {texture.Frames} x {texture.Height} x {texture.Width} pixels does not hold {samples} of {shape.Frames} x {shape.Height} x {shape.Width}; create one for the request's samples.");
        }
    }
}
