using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>Tests of sessions share a host's device and run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class EmbeddingCollection : ICollectionFixture<EmbeddingFixture>
{
    public const string Name = "embedding";
}
