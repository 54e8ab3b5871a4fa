namespace NarVulkan.Decoding;

/// <summary>One head's say in a sampled token: the logits are the mean over the token's votes.</summary>
/// <param name="Head">Output head, in the model's order (NAR images: right, below; NAR video: right, down, back).</param>
/// <param name="FedRow">Row among those that the same step feeds.</param>
internal readonly record struct HeadVote(int Head, int FedRow);
