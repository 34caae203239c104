"""A stand-in for CloudFront: verifies signed URLs and serves pictures from the private bucket."""
