using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Tests of whole models share a context and run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ModelCollection : ICollectionFixture<ModelFixture>
{
    public const string Name = "models";
}
