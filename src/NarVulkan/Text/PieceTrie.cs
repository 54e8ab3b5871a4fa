using System.Text;

namespace NarVulkan.Text;

/// <summary>Pieces by their UTF-8 bytes, one byte at a time. The children of a node lie side by side in order of their labels.</summary>
internal sealed class PieceTrie
{
    /// <summary>No such node, or no piece.</summary>
    public const int None = -1;

    public const int Root = 0;

    private readonly List<byte> label = [0];
    private readonly List<int> piece = [None];
    private readonly List<int> firstChild = [0];
    private readonly List<int> childCount = [0];
    private readonly int[] rootChildren = new int[256];

    /// <param name="pieces">The vocabulary.</param>
    /// <param name="included">Which of its pieces to hold.</param>
    public PieceTrie(IReadOnlyList<Piece> pieces, Func<Piece, bool> included)
    {
        (byte[] Key, int Id)[] sorted =
            [.. pieces.Select((piece, id) => (Piece: piece, Id: id)).Where(entry => included(entry.Piece)).Select(entry => (Encoding.UTF8.GetBytes(entry.Piece.Text), entry.Id))];
        Array.Sort(sorted, (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        // Breadth first: all nodes of a length before the next length.
        Queue<(int Node, int From, int End, int Depth)> open = new([(Root, 0, sorted.Length, 0)]);
        while (open.TryDequeue(out var next))
        {
            int from = next.From;
            // A piece that ends here is the first of its range.
            if (from < next.End && sorted[from].Key.Length == next.Depth)
            {
                piece[next.Node] = sorted[from++].Id;
            }
            firstChild[next.Node] = label.Count;
            while (from < next.End)
            {
                byte value = sorted[from].Key[next.Depth];
                int end = from;
                while (end < next.End && sorted[end].Key[next.Depth] == value)
                {
                    end++;
                }
                open.Enqueue((Add(value), from, end, next.Depth + 1));
                childCount[next.Node]++;
                from = end;
            }
        }
        Array.Fill(rootChildren, None);
        for (int child = firstChild[Root]; child < firstChild[Root] + childCount[Root]; child++)
        {
            rootChildren[label[child]] = child;
        }
    }

    public bool IsEmpty => childCount[Root] == 0;

    /// <summary>The node behind <paramref name="node"/> and a byte, or <see cref="None"/>.</summary>
    public int Next(int node, byte value)
    {
        if (node == Root)
        {
            return rootChildren[value];
        }
        int low = firstChild[node], high = low + childCount[node] - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (label[middle] == value)
            {
                return middle;
            }
            (low, high) = label[middle] < value ? (middle + 1, high) : (low, middle - 1);
        }
        return None;
    }

    /// <summary>The piece that ends at a node, or <see cref="None"/>.</summary>
    public int PieceAt(int node) => piece[node];

    /// <summary>The bytes of the longest piece that a text begins with; 0 if it begins with none.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text)
    {
        int longest = 0, node = Root;
        for (int i = 0; i < text.Length && (node = Next(node, text[i])) != None; i++)
        {
            longest = PieceAt(node) != None ? i + 1 : longest;
        }
        return longest;
    }

    private int Add(byte value)
    {
        label.Add(value);
        piece.Add(None);
        firstChild.Add(0);
        childCount.Add(0);
        return label.Count - 1;
    }
}
