namespace Silk.NET.Maths;

/// <summary>Two numbers: a size or a position.</summary>
public struct Vector2D<T>(T x, T y)
    where T : unmanaged, IFormattable, IEquatable<T>, IComparable<T>
{
    public T X = x;

    public T Y = y;
}
