using NarVulkan.Checkpoints;

namespace NarVulkan.Models.Larp;

/// <summary>The added position and type embeddings of a LARP tokenizer, read as saved and never recomputed.</summary>
internal static class PositionEmbeddings
{
    /// <summary>Values of a table: 1 GiB of float32.</summary>
    private const long MostValues = 1L << 28;

    /// <summary>A saved table [1, rows, width] or [rows, width].</summary>
    public static float[] Saved(WeightFile file, string name, int rows, int width)
    {
        if (!file.TryGet(name, out var tensor))
        {
            throw new ModelFileException(file.Path, $"has no tensor {name}; is it the right file for this model?");
        }
        if (tensor.Shape.Length == 0 || tensor.ElementCount != (long)rows * width || tensor.Shape[^1] != width)
        {
            throw new ModelFileException(file.Path, $"tensor {name} has shape [{string.Join(", ", tensor.Shape)}]; expected [1, {rows}, {width}].");
        }
        var values = new float[Count(file, name, rows, width)];
        tensor.ReadFloats(0, values);
        TensorRows.RequireFinite(tensor, values);
        return values;
    }

    /// <summary>A table learned by axis: row (t, h, w) is the sum of three vectors.</summary>
    public static float[] LearnedByAxis(WeightFile file, string timeName, string heightName, string widthName, IReadOnlyList<int> grid, int width)
    {
        float[] byTime = Saved(file, timeName, grid[0], width), byRow = Saved(file, heightName, grid[1], width), byColumn = Saved(file, widthName, grid[2], width);
        var values = new float[Count(file, $"{timeName} by {heightName} by {widthName}", (long)grid[0] * grid[1] * grid[2], width)];
        int at = 0;
        for (int t = 0; t < grid[0]; t++)
        {
            for (int h = 0; h < grid[1]; h++)
            {
                for (int w = 0; w < grid[2]; w++)
                {
                    for (int i = 0; i < width; i++)
                    {
                        values[at++] = byRow[h * width + i] + byColumn[w * width + i] + byTime[t * width + i];
                    }
                }
            }
        }
        return values;
    }

    /// <summary>Adds a type embedding [width] to every row of <paramref name="table"/>.</summary>
    public static void AddType(WeightFile file, string name, float[] table, int width)
    {
        var type = Saved(file, name, 1, width);
        for (int i = 0; i < table.Length; i++)
        {
            table[i] += type[i % width];
        }
    }

    /// <summary>The product as an array's length. Three short tables by axis may stand for a huge one, so the file's size bounds nothing.</summary>
    private static int Count(WeightFile file, string name, long rows, int width) => rows <= MostValues / width
        ? (int)(rows * width)
        : throw new ModelFileException(file.Path, $"position embedding {name} has {rows} rows of {width}, more than {MostValues} values; are config.json and the weights of one model?");
}
