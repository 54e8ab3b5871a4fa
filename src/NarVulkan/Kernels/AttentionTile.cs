namespace NarVulkan.Kernels;

/// <summary>Rows of a sequence that share each load of a key.</summary>
/// <param name="FromRows">It serves sequences with at least this many rows in the dispatch.</param>
/// <param name="Rows">Its rows.</param>
internal readonly record struct AttentionTile(int FromRows, int Rows);
