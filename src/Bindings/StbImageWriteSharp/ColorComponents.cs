namespace StbImageWriteSharp;

/// <summary>What a pixel is made of; the value is its number of bytes.</summary>
public enum ColorComponents
{
    Grey = 1,
    GreyAlpha = 2,
    RedGreenBlue = 3,
    RedGreenBlueAlpha = 4,
}
