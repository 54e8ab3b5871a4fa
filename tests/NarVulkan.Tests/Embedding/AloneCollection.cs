using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>Tests that look at the whole process: they run when all others have ended.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection : ICollectionFixture<EmbeddingFixture>
{
    public const string Name = "alone";
}
