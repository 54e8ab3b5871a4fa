namespace NarVulkan.Windowing;

/// <summary>Where in a window the pictures lie: as large as fits, in the middle, undistorted.</summary>
/// <param name="X">Pixels left of them.</param>
/// <param name="Y">Pixels above them.</param>
/// <param name="Width">Pixel columns that they take; at least 1.</param>
/// <param name="Height">Pixel rows that they take; at least 1.</param>
internal readonly record struct Letterbox(int X, int Y, int Width, int Height)
{
    /// <summary>Fits a content into a window; both in pixels, all sizes at least 1.</summary>
    public static Letterbox Fit(int windowWidth, int windowHeight, long contentWidth, long contentHeight)
    {
        // Which side touches is decided in whole numbers: no rounding makes the content wider than the window.
        bool touchesSides = windowWidth * contentHeight <= windowHeight * contentWidth;
        int width = touchesSides ? windowWidth : (int)Math.Max(1, windowHeight * contentWidth / contentHeight);
        int height = touchesSides ? (int)Math.Max(1, windowWidth * contentHeight / contentWidth) : windowHeight;
        return new Letterbox((windowWidth - width) / 2, (windowHeight - height) / 2, width, height);
    }
}
