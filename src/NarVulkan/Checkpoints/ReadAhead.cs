namespace NarVulkan.Checkpoints;

/// <summary>
/// What one thread has read of files beyond what it asked for. A matrix is taken row by row, and a call of the system for each takes longer than its bytes; so
/// whoever asks for what follows the last is given more at once. Several places are followed at a time, as rows may be joined of several tensors and blocks have
/// scales; whoever jumps about reads what it asks for and nothing more.
/// </summary>
internal sealed class ReadAhead
{
    private const int Most = 64 << 10, Least = 8 << 10, Places = 8;

    [ThreadStatic]
    private static ReadAhead? current;

    private readonly Place[] places = new Place[Places];
    private long clock;

    /// <summary>That of the calling thread; nobody else may use it.</summary>
    public static ReadAhead OfThread => current ??= new ReadAhead();

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Its first byte.</param>
    /// <param name="end">Where what may be asked for next ends: nothing behind it is read.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <exception cref="ModelFileException">As of <see cref="MappedFile.Read"/>.</exception>
    public void Read(MappedFile file, long offset, long end, Span<byte> destination)
    {
        clock++;
        foreach (ref Place place in places.AsSpan())
        {
            if (place.File == file && offset >= place.Start && offset + destination.Length <= place.End)
            {
                place.Used = clock;
                place.Bytes.AsSpan((int)(offset - place.Start), destination.Length).CopyTo(destination);
                return;
            }
        }
        ref Place oldest = ref places[0];
        foreach (ref Place place in places.AsSpan())
        {
            // Every second row is in order, too: of pairs, one is taken first.
            if (place.File == file && offset >= place.Start && offset <= place.End + destination.Length && destination.Length < Most)
            {
                Fill(ref place, offset, Math.Clamp(place.Ahead * 2, Math.Max(Least, destination.Length), Most), end);
                place.Bytes.AsSpan(0, destination.Length).CopyTo(destination);
                return;
            }
            if (place.Used < oldest.Used)
            {
                oldest = ref place;
            }
        }
        file.Read(offset, destination);
        oldest = new Place(file, offset + destination.Length, 0, 0, oldest.Bytes, clock);
    }

    private void Fill(ref Place place, long offset, int count, long end)
    {
        int available = (int)Math.Min(count, end - offset);
        place.Bytes ??= GC.AllocateUninitializedArray<byte>(Most);
        MappedFile file = place.File!;
        // Nothing is kept where reading fails.
        place.File = null;
        file.Read(offset, place.Bytes.AsSpan(0, available));
        place = place with { File = file, Start = offset, Length = available, Ahead = count, Used = clock };
    }

    private record struct Place(MappedFile? File, long Start, int Length, int Ahead, byte[]? Bytes, long Used)
    {
        public readonly long End => Start + Length;
    }
}
