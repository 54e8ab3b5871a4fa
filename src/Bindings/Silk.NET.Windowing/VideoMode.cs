using Silk.NET.Maths;

namespace Silk.NET.Windowing;

/// <summary>Resolution and refresh rate of a monitor; windows here take the desktop's.</summary>
public readonly struct VideoMode
{
    public Vector2D<int>? Resolution { get; }

    public int? RefreshRate { get; }

    public Vector2D<int>? AspectRatioEstimate { get; }

    public static VideoMode Default => default;
}
